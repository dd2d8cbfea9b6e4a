/** What the template's parts say about each other. */

import { describe, expect, test } from "vitest";
import { CHANGING, currentTemplate } from "../../build/definition-digest.ts";
import { deriveSecret, makeSecrets } from "../../functions/channel/stack/requests.ts";
import { signingKeysOf } from "../../functions/channel/stack/signing-keys.ts";
import { Schemas } from "./template/schema.ts";
import { declared, dependenciesOf, type Reference, referencesIn, resources } from "./template/source.ts";

const PSEUDO_PARAMETERS = [
  "AWS::AccountId",
  "AWS::NoValue",
  "AWS::Partition",
  "AWS::Region",
  "AWS::StackId",
  "AWS::StackName",
  "AWS::URLSuffix",
];

const schemas = await Schemas.load();
const everything = referencesIn([
  declared.Resources,
  declared.Outputs,
  declared.Conditions,
  declared.Rules,
  declared.Globals,
]);
const to = (kind: Reference["kind"]) =>
  everything.filter((each) => each.kind === kind).map((each) => each.to);

/** SAM makes a role for each function: its name is the function's and `Role`. */
function typeOfRole(id: string): string | undefined {
  const owner = declared.Resources[id.replace(/Role$/, "")];
  return id.endsWith("Role") && owner?.Type === "AWS::Serverless::Function" ? "AWS::IAM::Role" : undefined;
}

describe("every reference leads somewhere", () => {
  test("Ref, to a parameter, a pseudo parameter or a resource", () => {
    const known = new Set([
      ...PSEUDO_PARAMETERS,
      ...Object.keys(declared.Parameters),
      ...Object.keys(declared.Resources),
    ]);
    expect(to("Ref").filter((name) => !known.has(name))).toEqual([]);
  });
  test("GetAtt, to an attribute that the resource has", () => {
    const lost = everything.filter((each) => {
      if (each.kind !== "GetAtt") return false;
      const type = declared.Resources[each.to]?.Type ?? typeOfRole(each.to);
      if (type === "Custom::Secret") return !(each.attribute in deriveSecret("root", "name", 1));
      if (type === "Custom::Secrets") return !(each.attribute in makeSecrets((size) => new Uint8Array(size)));
      if (type === "Custom::SigningKeys") return !(each.attribute in signingKeysOf("seed", 1));
      return type === undefined || !schemas.hasAttribute(type, each.attribute);
    });
    expect(lost).toEqual([]);
  });
  test("DependsOn, to a resource", () => {
    const named = resources.flatMap(([, { DependsOn = [] }]) => DependsOn);
    expect(named.filter((id) => !(id in declared.Resources))).toEqual([]);
  });
  test("conditions and mappings, to declared ones", () => {
    expect(to("Condition").filter((name) => !(name in declared.Conditions))).toEqual([]);
    expect(to("FindInMap").filter((name) => !(name in declared.Mappings))).toEqual([]);
  });
});

describe("nothing is declared in vain", () => {
  test.each(["Parameters", "Conditions", "Mappings"] as const)("%s", (section) => {
    const used = new Set(everything.map((each) => each.to));
    expect(Object.keys(declared[section]).filter((name) => !used.has(name))).toEqual([]);
  });
});

test("the console's form shows every parameter, once and with a label", () => {
  const form = (declared.Metadata as Record<string, Form>)["AWS::CloudFormation::Interface"];
  const parameters = Object.keys(declared.Parameters).toSorted();
  expect(form?.ParameterGroups.flatMap(({ Parameters }) => Parameters).toSorted()).toEqual(parameters);
  expect(Object.keys(form?.ParameterLabels ?? {}).toSorted()).toEqual(parameters);
});

interface Form {
  readonly ParameterGroups: readonly { readonly Parameters: readonly string[] }[];
  readonly ParameterLabels: Readonly<Record<string, unknown>>;
}

describe("the channel is stopped before it changes", () => {
  const guard = declared.Resources["StopBeforeChange"];

  test.each(CHANGING)("%s waits for the stop", (id) => {
    const resource = declared.Resources[id];
    expect(resource && dependenciesOf(resource)).toContain("StopBeforeChange");
  });

  test("the stop is told every parameter that reaches the channel", () => {
    const reaching = new Set<string>();
    const follow = (part: unknown): void => {
      for (const { kind, to: name } of referencesIn(part)) {
        if (kind === "Ref" && name in declared.Parameters) reaching.add(name);
        if (kind === "Condition") follow(declared.Conditions[name]);
      }
    };
    for (const id of CHANGING) follow(declared.Resources[id]);
    expect(Object.keys(guard?.Properties ?? {})).toEqual(expect.arrayContaining([...reaching]));
  });

  test("and the digest of its definition, which npm run format brings up to date", async () => {
    const { is, should } = await currentTemplate();
    expect(is).toBe(should);
  });

  test("deletion begins with the stop, since it depends on the channel", () => {
    const stop = declared.Resources["StopBeforeDelete"];
    expect(stop && dependenciesOf(stop)).toContain("LiveChannel");
  });
});
