/** What viewers report reaches the function that takes it, signed, with what it tells of the viewer, and nothing more. */

import { codeOf, variablesOf } from "../asks.ts";
import { list, map, originsIn, policyOf } from "../distributions.ts";
import { texts } from "../iam.ts";
import type { Rule } from "../rule.ts";
import type { Stack } from "../stack.ts";

const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

/** Without it Lambda refuses a signed request that has a body. */
const DIGEST = "x-amz-content-sha256";

/** Of a browser's own headers: the kind of device. */
const AGENT = "user-agent";

export const reportRules: Readonly<Record<string, Rule>> = {
  *"a report has its own way behind a ticket: every header that its function reads and the digest, no other, and no cookie"({
    stack,
    code,
  }) {
    const ways = waysOfReports(stack);
    if (ways.length !== 1) yield `${ways.length} paths behind a ticket take what viewers send`;
    for (const { id, holder, behaviour, isAlone } of ways) {
      if (!holder) {
        yield `origin ${id} is no function`;
        continue;
      }
      if (!isAlone) yield `origin ${id} gets more than reports`;
      if (behaviour["CachePolicyId"] !== CACHING_DISABLED) yield "answers to reports may be cached";
      const config = map(policyOf(stack, behaviour, "OriginRequestPolicy"));
      const told = texts(map(config["HeadersConfig"])["Headers"]).map((name) => name.toLowerCase());
      const wanted = [...codeOf(stack, holder, code).headers, DIGEST, AGENT];
      if (map(config["HeadersConfig"])["HeaderBehavior"] !== "whitelist") yield "reports carry any header";
      for (const name of wanted) if (!told.includes(name)) yield `${name} doesn't reach ${holder.id}`;
      for (const name of told) if (!wanted.includes(name)) yield `${holder.id} is told ${name} in vain`;
      if (map(config["CookiesConfig"])["CookieBehavior"] !== "none") yield "reports carry cookies";
      if (map(config["QueryStringsConfig"])["QueryStringBehavior"] !== "none") yield "reports carry a query";
    }
  },

  *"what viewers report becomes figures: each minute a function reads and writes the table that takes reports"({
    stack,
    code,
  }) {
    const scheduled = stack
      .ofType("AWS::Events::Rule")
      .filter(({ properties }) => properties["ScheduleExpression"] === "rate(1 minute)")
      .flatMap(({ properties }) => list(properties["Targets"]).map(({ Arn }) => Arn));
    const rolling = stack
      .ofType("AWS::Lambda::Function")
      .filter(({ identity }) => scheduled.includes(identity.attributes["Arn"]))
      .filter((each) => {
        const { actions } = codeOf(stack, each, code);
        return ["dynamodb:Query", "dynamodb:PutItem"].every((action) => actions.includes(action));
      });
    for (const { holder } of waysOfReports(stack)) {
      const tables = Object.values(holder ? variablesOf(holder) : {}).filter((value) =>
        stack.find("AWS::DynamoDB::Table", value),
      );
      for (const table of tables)
        if (!rolling.some((each) => Object.values(variablesOf(each)).includes(table)))
          yield `nobody makes figures of what ${holder?.id} keeps`;
    }
  },
};

/** What takes a body behind a ticket. */
function waysOfReports(stack: Stack) {
  return originsIn(stack).flatMap(({ origin, target, behaviours }) =>
    behaviours
      .filter(
        ({ PathPattern, AllowedMethods }) =>
          String(PathPattern).startsWith("/t/") && texts(AllowedMethods ?? []).includes("POST"),
      )
      .map((behaviour) => ({
        id: origin["Id"],
        holder: stack.find("AWS::Lambda::Function", target?.properties["TargetFunctionArn"]),
        behaviour,
        isAlone: behaviours.length === 1,
      })),
  );
}
