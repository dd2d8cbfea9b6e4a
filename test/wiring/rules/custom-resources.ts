/** CloudFormation waits for a custom resource as long as its function may need, and not for an hour. */

import type { Rule } from "../rule.ts";

/** Resources that wait for something else: they get all the time that their function has. */
const WAITING = /^Custom::\w*Stop$/;

/** Seconds in which a function has surely answered that only calculates, its start and CloudFormation's retries included. */
const QUICK = { least: 30, most: 120 };

/** Seconds beyond a function's own until CloudFormation has heard that it timed out. */
const MARGIN = { least: 10, most: 60 };

/** What a function of secrets needs to be told. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  "Custom::Secret": ["Root", "Name", "Version"],
  "Custom::SigningKeys": ["Seed", "Number"],
};

export const customResourceRules: Readonly<Record<string, Rule>> = {
  *"a custom resource is told all that what it answers follows from"({ stack }) {
    for (const { id, type, properties } of stack.resources)
      for (const name of TOLD[type] ?? []) if (!properties[name]) yield `${id} isn't told its ${name}`;
  },

  *"a custom resource is waited for as long as its function may take, and little longer"({ stack }) {
    for (const { id, type, properties } of stack.resources) {
      if (!type.startsWith("Custom::")) continue;
      const server = stack.find("AWS::Lambda::Function", properties["ServiceToken"]);
      const longest = Number(server?.properties["Timeout"]);
      const least = WAITING.test(type) ? longest + MARGIN.least : QUICK.least;
      const most = WAITING.test(type) ? longest + MARGIN.most : QUICK.most;
      const seconds = Number(properties["ServiceTimeout"]);
      if (!(seconds >= least && seconds <= most))
        yield `${id} is waited for ${properties["ServiceTimeout"]} s, not ${least} to ${most} s`;
    }
  },
};
