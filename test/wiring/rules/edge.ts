/** Functions at CloudFront's edge are live, and nothing goes around them. */

import { readdirSync, readFileSync } from "node:fs";
import { condensed } from "../../../build/edge.ts";
import { distributionsIn, list, map } from "../distributions.ts";
import type { Rule } from "../rule.ts";

const TYPE = "AWS::CloudFront::Function";

const FOLDER = new URL("../../../functions/edge/", import.meta.url);
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".js"))
  .map((name) => condensed(readFileSync(new URL(name, FOLDER), "utf8")));

export const edgeRules: Readonly<Record<string, Rule>> = {
  *"a function at the edge is published, and some behaviour runs it"({ stack }) {
    const run = distributionsIn(stack)
      .flatMap(({ behaviours }) => behaviours)
      .flatMap(({ FunctionAssociations }) => list(FunctionAssociations))
      .map(({ FunctionARN }) => stack.named(FunctionARN));
    for (const found of run)
      if (found?.resource.type !== TYPE || found.attribute !== "FunctionARN")
        yield "a behaviour runs what is no function at the edge";
    for (const each of stack.ofType(TYPE)) {
      if (each.properties["AutoPublish"] !== true) yield `${each.id} stays a draft, which no behaviour runs`;
      if (!run.some((found) => found?.resource === each)) yield `no behaviour runs ${each.id}`;
    }
  },

  *"what runs at the edge is a file that is tested, word for word but for comments, before its constants are filled in"({
    stack,
  }) {
    for (const { id } of stack.ofType(TYPE)) {
      const written = map(map(stack.written(id))["FunctionCode"])["Fn::Sub"];
      if (!files.includes(String([written].flat()[0]))) yield `${id}'s code is no file of functions/edge`;
    }
  },

  *"what checks viewers at the edge checks every behaviour's, before the cache"({ stack }) {
    for (const { id, behaviours } of distributionsIn(stack)) {
      const checks = behaviours.map(({ PathPattern = "*", FunctionAssociations }) => ({
        path: PathPattern,
        by: list(FunctionAssociations)
          .filter(({ EventType }) => EventType === "viewer-request")
          .map(({ FunctionARN }) => stack.find(TYPE, FunctionARN)?.id),
      }));
      const checkers = new Set(checks.flatMap(({ by }) => by));
      for (const { path, by } of checks)
        for (const checker of checkers)
          if (!by.includes(checker)) yield `${id}: ${path} goes around ${checker}`;
    }
  },
};
