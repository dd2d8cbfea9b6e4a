/**
 * Prints, as JSON, every resource that CloudFormation will make: for each ladder and channel class, with everything, and
 * in each region of standard input (a JSON list) under the longest name that a stack may have.
 */

import { json } from "node:stream/consumers";
import { declared } from "../../test/stack/template/source.ts";
import { Stack, type StackOptions } from "../../test/wiring/stack.ts";
import { SETTINGS } from "../../test/wiring/wiring.ts";

const LADDERS = ["1080p", "720p", "540p"];
const CLASSES = ["SINGLE_PIPELINE", "STANDARD"];

/** With a region and a word behind it, names of CloudFront's access controls have 64 characters, their most. */
const LONGEST_STACK_NAME = 43;

const cases: Record<string, StackOptions> = { ...SETTINGS };
for (const Ladder of LADDERS)
  for (const ChannelClass of CLASSES)
    cases[`${Ladder} ${ChannelClass}`] = { parameters: { Ladder, ChannelClass } };
for (const region of (await json(process.stdin)) as string[])
  cases[region] = { ...SETTINGS["with everything"], region, stackName: "s".repeat(LONGEST_STACK_NAME) };

const resources = Object.entries(cases).flatMap(([title, options]) =>
  new Stack(declared, options).resources
    .filter(({ type }) => !type.startsWith("Custom::"))
    .map(({ id, type, properties }) => ({ title, id, type, properties })),
);
console.log(JSON.stringify(resources));
