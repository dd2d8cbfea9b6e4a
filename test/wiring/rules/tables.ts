/** Tables have the keys that they declare, and their items lapse as the code means them to. */

import { codeOf, variablesOf } from "../asks.ts";
import { list, map } from "../distributions.ts";
import { alarmMetrics } from "../metrics.ts";
import type { Rule } from "../rule.ts";

/** What an account's tables may take in a second unless AWS is asked for more. */
const ACCOUNT_UNITS = 40_000;

export const tableRules: Readonly<Record<string, Rule>> = {
  *"a table declares the attributes of its keys, and no others"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::DynamoDB::Table")) {
      const indexes = [
        ...list(properties["GlobalSecondaryIndexes"]),
        ...list(properties["LocalSecondaryIndexes"]),
      ];
      const schemas = [properties, ...indexes].map(({ KeySchema }) => list(KeySchema));
      const keys = new Set(schemas.flat().map(({ AttributeName }) => AttributeName));
      const declared = list(properties["AttributeDefinitions"]).map(({ AttributeName }) => AttributeName);
      for (const key of keys) if (!declared.includes(key)) yield `${id} doesn't declare ${key}`;
      for (const name of declared) if (!keys.has(name)) yield `${id} declares ${name}, which is no key`;
      for (const schema of schemas) {
        const kinds = schema.map(({ KeyType }) => KeyType).join();
        if (!["HASH", "HASH,RANGE"].includes(kinds)) yield `${id} has the keys ${kinds}`;
      }
      if (properties["BillingMode"] !== "PAY_PER_REQUEST")
        yield `${id} needs a throughput, or to be paid by request`;
    }
  },

  *"a table that is paid by request has a lid, which the account's own doesn't undercut"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::DynamoDB::Table")) {
      const throughput = map(properties["OnDemandThroughput"]);
      for (const name of ["MaxWriteRequestUnits", "MaxReadRequestUnits"]) {
        const most = Number(throughput[name]);
        if (!(most > 0 && most <= ACCOUNT_UNITS)) yield `${id} has no lid on its bill by ${name}`;
      }
    }
  },

  *"the code knows a table's keys and the attribute by which items lapse, which is on"({ stack, code }) {
    for (const { id, identity, properties } of stack.ofType("AWS::DynamoDB::Table")) {
      const holders = stack
        .ofType("AWS::Lambda::Function")
        .filter((holder) => Object.values(variablesOf(holder)).includes(identity.ref));
      const words = new Set(holders.flatMap((holder) => codeOf(stack, holder, code).names));
      if (holders.length === 0) yield `nobody is told of ${id}`;
      const { AttributeName, Enabled } = map(properties["TimeToLiveSpecification"]);
      const keys = list(properties["KeySchema"]).map((key) => String(key["AttributeName"]));
      for (const name of keys) if (!words.has(name)) yield `no code knows ${id}'s ${name}`;
      if (words.has("expiresAt") && (AttributeName !== "expiresAt" || Enabled !== true))
        yield `${id}'s items don't lapse at their expiresAt`;
    }
  },

  *"a table that functions read is written by one, and an output that names it is called like it"({
    stack,
    code,
  }) {
    for (const { id, identity } of stack.ofType("AWS::DynamoDB::Table")) {
      const asked = stack
        .ofType("AWS::Lambda::Function")
        .filter((holder) => Object.values(variablesOf(holder)).includes(identity.ref))
        .flatMap((holder) => codeOf(stack, holder, code).actions);
      if (!asked.some((action) => /^dynamodb:(Put|Update)Item$/.test(action))) yield `nobody writes ${id}`;
    }
    for (const [name, value] of Object.entries(stack.outputs)) {
      const table = stack.find("AWS::DynamoDB::Table", value);
      if (table && table.id !== name) yield `the output ${name} says ${table.id}`;
    }
  },

  *"an alarm on a function's throttled requests looks at the function's own table"({ stack }) {
    const watched = Map.groupBy(alarmMetrics(stack), ({ where }) => where);
    for (const [where, metrics] of watched) {
      const values = metrics.flatMap(({ dimensions }) => dimensions.map(([, value]) => value));
      const told = values
        .flatMap((value) => stack.find("AWS::Lambda::Function", value) ?? [])
        .flatMap((holder) => Object.values(variablesOf(holder)));
      for (const table of values.flatMap((value) => stack.find("AWS::DynamoDB::Table", value) ?? []))
        if (!told.includes(table.identity.ref)) yield `${where} looks at ${table.id}, which is another's`;
    }
  },
};
