/** The template's parts fit each other, and the mistakes that one might make in joining them are noticed. */

import { describe, expect, test } from "vitest";
import type { Json } from "../wiring/identity.ts";
import { mutationsOf } from "../wiring/mutations.ts";
import type { Declared } from "../wiring/sam.ts";
import { explanationOf } from "../wiring/survivors.ts";
import { complaintsAbout, RULES, readWiredCode } from "../wiring/wiring.ts";
import { declared } from "./template/source.ts";

const code = await readWiredCode();
const complaints = complaintsAbout(declared, code);

test("the template can be read with every set of parameters", () => {
  expect(complaints.filter(({ rule }) => !(rule in RULES))).toEqual([]);
});

test.each(Object.keys(RULES))("%s", (name) => {
  expect(complaints.filter(({ rule }) => rule === name)).toEqual([]);
});

describe("is noticed:", () => {
  const idsOf = (type: string) =>
    Object.entries(declared.Resources).flatMap(([id, { Type }]) => (Type === type ? [id] : []));

  test.each(idsOf("AWS::Lambda::Permission"))("a function that nobody may call, without %s", (id) => {
    expect(noticed((resources) => delete resources[id])).toContainEqual(
      expect.stringMatching(/ may not lambda:Invoke/),
    );
  });
  test.each(idsOf("AWS::Lambda::Permission"))("another source in %s", (id) => {
    const said = noticed((resources) => {
      const permission = resources[id]?.Properties as Record<string, unknown>;
      permission["SourceArn"] = JSON.parse(
        JSON.stringify(permission["SourceArn"]).replace(/\$\{(\w+)\}(?=[^$]*$)/, "other"),
      );
    });
    expect(said).toContainEqual(expect.stringMatching(`${id} lets in nobody`));
  });
  test("another API's connections in the tracker's policy", () => {
    expect(
      rewritten(/(\$\{AWS::AccountId\}:)\$\{\w+\}(\/\w+\/\*\/@connections)/, "$1other$2"),
    ).toContainEqual(expect.stringMatching(/may not execute-api:ManageConnections/));
  });
  test.each([
    [
      "another secret in a constant at the edge",
      /(SWARM_SECRET = \\"\$\{)\w+/,
      "$1TicketKey",
      /constant SWARM_SECRET is told/,
    ],
    [
      "no secret where one belongs",
      /\$\{OriginSecret\.Value\},\$\{OriginSecret\.Previous\}/,
      "guess",
      /ORIGIN_SECRETS is told/,
    ],
    [
      "a key at the edge that isn't known any more",
      /, \\"\$\{TicketKey\.Previous\}\\"/,
      "",
      /constant KEYS is told/,
    ],
    [
      "another parameter's concurrency",
      /("HasSiteConcurrency",\{"Ref":")\w+/,
      "$1TrackerConcurrency",
      /SiteFunction doesn't reserve/,
    ],
    ["another parameter's budget", /("Amount":\{"Ref":")MonthlyBudget/, "$1LogDays", /not 50 dollars/],
    [
      "a secret that follows from no root",
      /"Fn::GetAtt":\["SecretRoot","Root"\]/,
      '"Ref":"LogDays"',
      /follows from no root/,
    ],
    ["two secrets that are one", /"Name":"salt"/, '"Name":"ticket"', /isn't the only ticket/],
  ])("%s", (_, pattern, by, said) => {
    expect(rewritten(pattern, by)).toContainEqual(expect.stringMatching(said));
  });
  test("another stage's connections in the tracker's policy", () => {
    expect(rewritten(/(\})\/\w+(\/\*\/@connections)/, "$1/prod$2")).toContainEqual(
      expect.stringMatching(/may not execute-api:ManageConnections/),
    );
  });
  test("another endpoint in the packaging policy", () => {
    const said = noticed((resources) => {
      const policy = ofType(resources, "AWS::MediaPackageV2::OriginEndpointPolicy")["Policy"] as Policy;
      policy.Statement[0].Resource = { "Fn::GetAtt": [idsOf("AWS::MediaPackageV2::Channel")[0], "Arn"] };
    });
    expect(said).toContainEqual(expect.stringMatching(/may not mediapackagev2:GetObject/));
  });
  test("MediaLive's role without PutObject", () => {
    expect(rewritten(/"mediapackagev2:PutObject",/, "")).toContainEqual(
      expect.stringMatching(/may not mediapackagev2:PutObject/),
    );
  });
  test("a stage that doesn't wait for its routes", () => {
    const said = noticed((resources) => {
      for (const id of idsOf("AWS::ApiGatewayV2::Stage")) delete resources[id]?.DependsOn;
    });
    expect(said).toContainEqual(expect.stringMatching(/may be deployed before/));
  });
  test.each(["AWS::MediaPackageV2::Channel", "AWS::MediaPackageV2::OriginEndpoint"])(
    "a %s that doesn't wait for what it names",
    (type) => {
      const said = noticed((resources) => {
        for (const id of idsOf(type)) delete resources[id]?.DependsOn;
      });
      expect(said).toContainEqual(expect.stringMatching(/may be made before/));
    },
  );
  test("a path put before an origin's", () => {
    const said = inDistribution(({ Origins }) => {
      for (const origin of Origins) origin["OriginPath"] = "/live";
    });
    expect(said).toContainEqual(expect.stringMatching(/has a path/));
  });
  test("Host forwarded to API Gateway, by the template's own policy or one of AWS's", () => {
    const own = noticed((resources) => {
      const config = ofType(resources, "AWS::CloudFront::OriginRequestPolicy")["OriginRequestPolicyConfig"];
      (config as { HeadersConfig: { Headers: string[] } }).HeadersConfig.Headers.push("Host");
    });
    const allViewer = inDistribution(({ CacheBehaviors }) => {
      for (const behaviour of CacheBehaviors)
        if ("OriginRequestPolicyId" in behaviour)
          behaviour["OriginRequestPolicyId"] = "216adef6-5c7f-47e4-b989-5492eafa07d3";
    });
    for (const said of [own, allViewer])
      expect(said).toContainEqual(expect.stringMatching(/^Host is forwarded/));
  });
  test("the wrong kind of access control, and none", () => {
    const [one, other] = idsOf("AWS::CloudFront::OriginAccessControl");
    const swapped = inDistribution(({ Origins }) => {
      for (const origin of Origins) {
        if (!origin["OriginAccessControlId"]) continue;
        const isOne = JSON.stringify(origin["OriginAccessControlId"]).includes(`"${one}"`);
        origin["OriginAccessControlId"] = { Ref: isOne ? other : one };
      }
    });
    const none = inDistribution(({ Origins }) => {
      for (const origin of Origins) delete origin["OriginAccessControlId"];
    });
    for (const said of [swapped, none])
      for (const kind of ["lambda", "mediapackagev2"])
        expect(said).toContainEqual(expect.stringMatching(`needs an access control for ${kind}`));
  });
});

describe("mutations", () => {
  const joints = mutationsOf(declared).filter(({ kind }) => ["ARN", "order", "swap"].includes(kind));

  test("of every ARN, dependency and reference are noticed, or explained", () => {
    expect(joints.length).toBeGreaterThanOrEqual(150);
    const survivors = joints.filter(
      (mutation) => complaintsAbout(mutation.apply(declared), code, true).length === 0,
    );
    expect(survivors.filter((each) => !explanationOf(each)).map(({ name }) => name)).toEqual([]);
  }, 240_000);
});

type Resources = Record<string, { Type: string; Properties?: Json; DependsOn?: unknown }>;

interface Policy {
  readonly Statement: [{ Resource: unknown }];
}

/** What is said of the template after this change to its resources. */
function noticed(change: (resources: Resources) => void): string[] {
  const copy = structuredClone(declared);
  change(copy.Resources as Resources);
  return complaintsAbout(copy, code).map(({ text }) => text);
}

/** … after the first text like this was replaced, which must be there. */
function rewritten(pattern: RegExp, by: string): string[] {
  const before = JSON.stringify(declared);
  const after = before.replace(pattern, by);
  expect(after).not.toBe(before);
  return complaintsAbout(JSON.parse(after) as Declared, code).map(({ text }) => text);
}

function inDistribution(
  change: (config: { Origins: Record<string, unknown>[]; CacheBehaviors: Record<string, unknown>[] }) => void,
): string[] {
  return noticed((resources) => {
    change(ofType(resources, "AWS::CloudFront::Distribution")["DistributionConfig"] as never);
  });
}

function ofType(resources: Resources, type: string): Record<string, unknown> {
  const found = Object.values(resources).find(({ Type }) => Type === type);
  return found?.Properties as Record<string, unknown>;
}
