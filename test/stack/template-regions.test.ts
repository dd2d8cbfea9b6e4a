/** What the template takes from other regions, where a region of MediaLive lacks it. */

import { describe, expect, test } from "vitest";
import { readFunction } from "../../local/template/functions.ts";
import { readTemplate } from "../../local/template.ts";
import { declared } from "./template/source.ts";

/** Where CloudFront has Origin Shield, by its developer guide. */
const ORIGIN_SHIELD = [
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "eu-central-1",
  "eu-west-1",
  "eu-west-2",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-2",
];

/** Regions of MediaLive without Kinesis Video Streams, whose STUN servers are used: botocore 1.43's endpoint data. */
const WITHOUT_STUN = ["ap-northeast-3", "ap-south-2", "ap-southeast-4", "eu-north-1", "me-central-1"];

const regions = Object.keys(declared.Mappings["Regions"] ?? {});

describe.each(regions)("%s", (region) => {
  const template = readTemplate({ refs: { "AWS::Region": region } });
  test("has a STUN server that exists, its own if it has one", async () => {
    const stun = readFunction(await template, "SiteFunction").environment["STUN_SERVERS"] ?? "";
    const [, from = ""] = /^stun:stun\.kinesisvideo\.([a-z0-9-]+)\.amazonaws\.com:443$/.exec(stun) ?? [];
    expect(regions).toContain(from);
    expect(WITHOUT_STUN).not.toContain(from);
    if (!WITHOUT_STUN.includes(region)) expect(from).toBe(region);
  });
  test("has an Origin Shield where CloudFront has one, its own if it has one", async () => {
    const { properties } = (await template).resource("Distribution");
    const shields = properties
      .at("DistributionConfig", "Origins")
      .list()
      .map((origin) => origin.at("OriginShield", "OriginShieldRegion"))
      .filter(({ exists }) => exists)
      .map((shield) => shield.text());
    const [shield = ""] = shields;
    expect(new Set(shields)).toEqual(new Set([shield]));
    expect(ORIGIN_SHIELD).toContain(shield);
    if (ORIGIN_SHIELD.includes(region)) expect(shield).toBe(region);
  });
});

test("Origin Shield can be left out", async () => {
  const template = await readTemplate({ parameters: { OriginShield: "off" } });
  const origins = template.resource("Distribution").properties.at("DistributionConfig", "Origins").list();
  expect(origins.some((origin) => origin.at("OriginShield", "Enabled").flag(false))).toBe(false);
});
