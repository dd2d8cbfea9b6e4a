import { expect, test } from "vitest";
import { Value } from "../template/value.ts";
import { readTemplate } from "../template.ts";
import { parsePackaging } from "./packaging.ts";

test("template.yaml's endpoint lists two-second segments under MediaPackage's path, in HLS and DASH", async () => {
  const template = await readTemplate();
  const packaging = parsePackaging(template.resource("PackageEndpoint").properties);
  expect(packaging.path).toBe("out/v1/shoal/live/cmaf");
  expect(packaging.segmentSeconds).toBe(2);
  expect(packaging.hls.manifestName).toBe("index");
  expect(packaging.dash.manifestName).toBe("index");
  expect(packaging.hls.windowSeconds).toBeGreaterThanOrEqual(30);
});

test("a manifest that states no window gets MediaPackage's default of a minute", () => {
  const packaging = parsePackaging(
    new Value(
      {
        ChannelGroupName: "group",
        ChannelName: "channel",
        OriginEndpointName: "endpoint",
        Segment: { SegmentName: "segment", SegmentDurationSeconds: 4 },
        HlsManifests: [{ ManifestName: "index" }],
        DashManifests: [{ ManifestName: "index" }],
      },
      "PackageEndpoint.Properties",
    ),
  );
  expect(packaging.hls.windowSeconds).toBe(60);
  expect(packaging.dash.minUpdatePeriodSeconds).toBe(4);
});

test("an endpoint without a DASH manifest is refused", () => {
  const endpoint = new Value({ HlsManifests: [{ ManifestName: "index" }] }, "PackageEndpoint.Properties");
  expect(() => parsePackaging(endpoint)).toThrow(/one DashManifests/);
});
