/** Whatever the parameters are, names fit their services, and a change of them can be carried out. */

import { describe, expect, test } from "vitest";
import type { Json } from "../wiring/identity.ts";
import type { Declared } from "../wiring/sam.ts";
import { Stack } from "../wiring/stack.ts";
import { stuckUpdates } from "../wiring/updates.ts";
import { SETTINGS } from "../wiring/wiring.ts";
import { declared } from "./template/source.ts";

/** Other values for the parameters: all that are allowed, or the one that adds something. */
const changes = Object.entries(declared.Parameters).flatMap(([name, parameter]): [string, string][] => {
  const { AllowedValues, MinValue, MaxValue } = parameter as Json;
  const everything = SETTINGS["with everything"]?.parameters?.[name];
  const values = [...((AllowedValues ?? []) as unknown[]), MinValue, MaxValue, everything];
  return [...new Set(values.filter((value) => value !== undefined).map(String))].map((value) => [
    name,
    value,
  ]);
});

describe("an update replaces nothing under the name that it has, when", () => {
  test.each(changes)("%s becomes %s", (name, value) => {
    expect(stuckUpdates(declared, {}, { parameters: { [name]: value } })).toEqual([]);
  });
  test("and would be noticed if it did", () => {
    const copy = structuredClone(declared) as Declared;
    const channel = Object.values(copy.Resources).find(({ Type }) => Type === "AWS::MediaPackageV2::Channel");
    Object.assign(channel?.Properties as object, { InputType: { Ref: "Ladder" } });
    expect(stuckUpdates(copy, {}, { parameters: { Ladder: "1080p" } })).toHaveLength(1);
  });
});

/** The longest names that the services take; CloudFront's model doesn't say so, its documentation does. */
const LONGEST: Readonly<Record<string, number>> = {
  "AWS::CloudFront::OriginAccessControl": 64,
  "AWS::CloudFront::CachePolicy": 128,
  "AWS::CloudFront::OriginRequestPolicy": 128,
  "AWS::CloudFront::ResponseHeadersPolicy": 128,
  "AWS::CloudFront::Function": 64,
};

/** The longest name of a stack for which this holds in a region whose name is as long as any. */
const LONGEST_STACK_NAME = 43;

const stack = new Stack(declared, {
  ...SETTINGS["with everything"],
  region: "ap-southeast-1",
  stackName: "s".repeat(LONGEST_STACK_NAME),
});

test.each(stack.ofType(...Object.keys(LONGEST)))(
  "$id's name is no longer than it may be",
  ({ type, properties }) => {
    const name = /"Name":"([^"]*)"/.exec(JSON.stringify(properties))?.[1];
    expect(name?.length).toBeGreaterThan(0);
    expect(name?.length).toBeLessThanOrEqual(LONGEST[type] ?? 0);
  },
);
