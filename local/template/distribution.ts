/** Reads the CloudFront distribution from the template: its behaviours, origins and policies. */

import type { Template } from "../template.ts";
import { type HeadersPolicy, readHeadersPolicy } from "./headers-policy.ts";
import { referencedResource } from "./intrinsics.ts";
import type { Value } from "./value.ts";

export interface Distribution {
  readonly rootObject: string;
  /** In order of precedence; the last one is the default and matches everything. */
  readonly behaviours: readonly Behaviour[];
  /** How long an error may be cached, in seconds, by status code. */
  readonly errorSeconds: Readonly<Record<number, number>>;
}

export interface Behaviour {
  /** Such as `/out/v1/*`. */
  readonly pathPattern: string;
  readonly origin: Origin;
  readonly allowedMethods: readonly string[];
  readonly compress: boolean;
  readonly isCached: boolean;
  readonly forwardedHeaders: ForwardedHeaders;
  readonly headersPolicy: HeadersPolicy | undefined;
  /** The code of the function that runs on each request before the cache. */
  readonly viewerRequest: string | undefined;
}

interface Origin {
  readonly id: string;
  /** Headers that CloudFront adds to each request, such as the secret that proves where it came from. */
  readonly customHeaders: Readonly<Record<string, string>>;
}

/** Which headers reach the origin: only these, or all of the viewer's except these. */
type ForwardedHeaders = { readonly only: readonly string[] } | { readonly allBut: readonly string[] };

/** AWS's managed cache policy for what isn't cached. */
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

/** AWS's managed origin request policies that concern headers. */
const MANAGED_REQUEST_POLICIES: Readonly<Record<string, ForwardedHeaders>> = {
  "216adef6-5c7f-47e4-b989-5492eafa07d3": { allBut: [] }, // AllViewer
  "b689b0a8-53d0-40ab-baf2-68738e2966ac": { allBut: ["host"] }, // AllViewerExceptHostHeader
};

export function readDistribution(template: Template, id = "Distribution"): Distribution {
  const config = template.resource(id).properties.at("DistributionConfig");
  const origins = new Map(
    config
      .at("Origins")
      .list()
      .map(readOrigin)
      .map((origin) => [origin.id, origin]),
  );
  const behaviour = (value: Value, pathPattern: string): Behaviour => {
    const originId = value.at("TargetOriginId").text();
    const origin = origins.get(originId);
    if (!origin)
      throw new Error(`template.yaml: ${value.path} targets an origin ${originId} that isn't there`);
    return {
      pathPattern,
      origin,
      allowedMethods: value.at("AllowedMethods").exists
        ? value
            .at("AllowedMethods")
            .list()
            .map((method) => method.text())
        : ["GET", "HEAD"],
      compress: value.at("Compress").flag(false),
      isCached: value.at("CachePolicyId").text() !== CACHING_DISABLED,
      forwardedHeaders: readForwardedHeaders(template, value.at("OriginRequestPolicyId")),
      headersPolicy: readHeadersPolicy(template, value.at("ResponseHeadersPolicyId")),
      viewerRequest: readViewerRequest(template, value),
    };
  };
  return {
    rootObject: config.at("DefaultRootObject").text(""),
    behaviours: [
      ...config
        .at("CacheBehaviors")
        .list()
        .map((value) => behaviour(value, value.at("PathPattern").text())),
      behaviour(config.at("DefaultCacheBehavior"), "*"),
    ],
    errorSeconds: Object.fromEntries(
      config
        .at("CustomErrorResponses")
        .list()
        .map((error) => [error.at("ErrorCode").number(), error.at("ErrorCachingMinTTL").number(10)]),
    ),
  };
}

function readOrigin(value: Value): Origin {
  const headers = value.at("OriginCustomHeaders").list();
  return {
    id: value.at("Id").text(),
    customHeaders: Object.fromEntries(
      headers.map((header) => [header.at("HeaderName").text(), header.at("HeaderValue").text()]),
    ),
  };
}

function readViewerRequest(template: Template, behaviour: Value): string | undefined {
  const association = behaviour
    .at("FunctionAssociations")
    .list()
    .find((each) => each.at("EventType").text() === "viewer-request");
  const resourceId = association && referencedResource(association.at("FunctionARN").text());
  return resourceId && template.resource(resourceId).properties.at("FunctionCode").text();
}

function readForwardedHeaders(template: Template, policyId: Value): ForwardedHeaders {
  if (!policyId.exists) return { only: [] };
  const managed = MANAGED_REQUEST_POLICIES[policyId.text()];
  if (managed) return managed;
  const resourceId = referencedResource(policyId.text());
  if (!resourceId)
    throw new Error(`template.yaml: ${policyId.path} is a managed policy that isn't known here`);
  const config = template.resource(resourceId).properties.at("OriginRequestPolicyConfig", "HeadersConfig");
  const names = config
    .at("Headers")
    .list()
    .map((name) => name.text());
  switch (config.at("HeaderBehavior").text()) {
    case "none":
      return { only: [] };
    case "whitelist":
      return { only: names };
    case "allExcept":
      return { allBut: names };
    case "allViewer":
      return { allBut: [] };
    default:
      throw new Error(`template.yaml: ${config.path}.HeaderBehavior is not known here`);
  }
}
