/** Whoever asks for a ticket is told the ways to one, and reaches the function that gives it. */

import { codeOf } from "../asks.ts";
import { map, originsIn, policyOf } from "../distributions.ts";
import { texts } from "../iam.ts";
import type { Rule } from "../rule.ts";

/** What the function that gives tickets reads, and no other. */
const PASS = "x-shoal-pass";

/** A first ticket, and the next one of who has one: a player's, or one that can't renew it. */
const PATHS = ["/ticket", "/t/*/ticket"];
const QUERY = "lasting";

export const ticketRules: Readonly<Record<string, Rule>> = {
  *"asking for a ticket, and for the next, leads to the function that reads the pass"({ stack, code }) {
    for (const { origin, target, behaviours } of originsIn(stack)) {
      const asked = stack.find("AWS::Lambda::Function", target?.properties["TargetFunctionArn"]);
      if (!asked || !codeOf(stack, asked, code).headers.includes(PASS)) continue;
      const paths = behaviours.map(({ PathPattern }) => PathPattern);
      for (const path of PATHS)
        if (!paths.includes(path)) yield `${path} doesn't lead to origin ${origin["Id"]}`;
      for (const behaviour of behaviours) {
        const config = policyOf(stack, behaviour, "OriginRequestPolicy");
        const passed = texts(map(config?.["QueryStringsConfig"])["QueryStrings"]);
        if (passed.join() !== QUERY) yield `${asked.id} gets ${passed.join(", ") || "nothing"} of the query`;
      }
    }
  },

  *"the edge tells the ways into a private stream that the parameters open"({ stack }) {
    const isPrivate = stack.parameter("Access") === "private";
    const ways = [
      "link",
      ...(stack.parameter("PasswordHash") ? ["password"] : []),
      ...(stack.parameter("TokenKey") ? ["token"] : []),
    ];
    const wanted = isPrivate ? ways.join() : "";
    for (const { id, properties } of stack.ofType("AWS::CloudFront::Function")) {
      const told = /^const WAYS = "([^"]*)"/m.exec(String(properties["FunctionCode"]))?.[1];
      if (told !== wanted) yield `${id} tells of ${told || "no way"}, not of ${wanted || "none"}`;
    }
  },
};
