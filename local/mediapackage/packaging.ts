/** Reads segment length, names and windows from the properties of an AWS::MediaPackageV2::OriginEndpoint. */

import type { Value } from "../template/value.ts";

export interface Packaging {
  /** The endpoint's path on the origin, such as `out/v1/shoal/live/cmaf`. */
  readonly path: string;
  readonly segmentName: string;
  readonly segmentSeconds: number;
  readonly hls: { readonly manifestName: string; readonly windowSeconds: number };
  readonly dash: {
    readonly manifestName: string;
    readonly windowSeconds: number;
    readonly minUpdatePeriodSeconds: number;
    readonly minBufferSeconds: number;
    readonly suggestedPresentationDelaySeconds: number;
  };
}

/** MediaPackage's default for a manifest that doesn't state its window. */
const DEFAULT_WINDOW_SECONDS = 60;

/**
 * Reads the endpoint's packaging. The path has MediaPackage v2's shape: `out/v1/{group}/{channel}/{endpoint}`.
 *
 * @throws Error naming the property that is missing or of the wrong kind.
 */
export function parsePackaging(endpoint: Value): Packaging {
  const [hls] = endpoint.at("HlsManifests").list();
  const [dash] = endpoint.at("DashManifests").list();
  if (!hls || !dash)
    throw new Error(`${endpoint.path} must have one HlsManifests and one DashManifests item`);
  const names = ["ChannelGroupName", "ChannelName", "OriginEndpointName"].map((key) =>
    endpoint.at(key).text(),
  );
  const segmentSeconds = endpoint.at("Segment", "SegmentDurationSeconds").number();
  return {
    path: ["out", "v1", ...names].join("/"),
    segmentName: endpoint.at("Segment", "SegmentName").text(),
    segmentSeconds,
    hls: {
      manifestName: hls.at("ManifestName").text(),
      windowSeconds: hls.at("ManifestWindowSeconds").number(DEFAULT_WINDOW_SECONDS),
    },
    dash: {
      manifestName: dash.at("ManifestName").text(),
      windowSeconds: dash.at("ManifestWindowSeconds").number(DEFAULT_WINDOW_SECONDS),
      minUpdatePeriodSeconds: dash.at("MinUpdatePeriodSeconds").number(segmentSeconds),
      minBufferSeconds: dash.at("MinBufferTimeSeconds").number(segmentSeconds * 3),
      suggestedPresentationDelaySeconds: dash
        .at("SuggestedPresentationDelaySeconds")
        .number(segmentSeconds * 7),
    },
  };
}
