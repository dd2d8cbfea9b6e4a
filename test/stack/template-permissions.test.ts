/** Each function may do what its code does, and nothing else. */

import { describe, expect, test } from "vitest";
import { readFunction } from "../../local/template/functions.ts";
import { readTemplate } from "../../local/template.ts";
import { grantsOf, needsOf } from "./template/permissions.ts";
import { resources, text } from "./template/source.ts";

const template = await readTemplate({
  parameters: { NoticeEmail: "someone@example.com", RawReportDays: "30" },
});
const functions = resources.filter(([, { Type }]) => Type === "AWS::Serverless::Function").map(([id]) => id);

/** And by the SDK's own configuration, such as the endpoints that `local/` sets. */
const SET_BY_LAMBDA = /^AWS_/;

describe.each(functions)("%s", (id) => {
  test("is granted the actions that its code calls for, and no others", async () => {
    const { actions } = await needsOf(template, id);
    expect(grantsOf(template, id)).toEqual(actions);
  });
  test("is given no environment variable that its code doesn't mention", async () => {
    const { names } = await needsOf(template, id);
    const given = Object.keys(readFunction(template, id).environment);
    expect(given.filter((name) => !names.has(name))).toEqual([]);
  });
  test("is given every environment variable that its code asks for by name", async () => {
    const { environment } = await needsOf(template, id);
    const given = readFunction(template, id).environment;
    expect(environment.filter((name) => !(name in given) && !SET_BY_LAMBDA.test(name))).toEqual([]);
  });
});

describe("wildcards", () => {
  const lines = text.split("\n");
  const isWild = (line: string) =>
    /^\s*(- )?(Action|Resource|NotAction|Principal|SourceArn): .*\*/.test(line) ||
    /^\s*- [a-z0-9-]+:\S*\*/.test(line);
  const wild = lines.flatMap((line, index) =>
    isWild(line) ? [{ line, above: lines[index - 1] ?? "" }] : [],
  );

  test.each(wild)("$line has its reason beside it", ({ line, above }) => {
    expect(line.includes(" # ") || above.trim().startsWith("#")).toBe(true);
  });
  test("never stand for an action that is allowed", () => {
    const isDenied = (index: number) =>
      lines
        .slice(0, index)
        .findLast((line) => line.includes("Effect:"))
        ?.includes("Deny");
    const actions = lines.filter((line, index) => /Action:.*\*/.test(line) && !isDenied(index));
    expect(actions).toEqual([]);
  });
});
