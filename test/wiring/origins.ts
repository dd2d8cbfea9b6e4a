/** What stands behind each of CloudFront's origins. */

import type { Json } from "./identity.ts";
import type { Stack, StackResource } from "./stack.ts";

type OriginKind = "lambda" | "mediapackagev2" | "s3" | "api" | "unknown";

export interface Origin {
  readonly kind: OriginKind;
  /** The function URL, channel group, bucket or API. */
  readonly target?: StackResource;
}

/** Recognises an origin by its domain name, which must be exactly that of a resource of the stack. */
export function originKind(stack: Stack, origin: Json): Origin {
  const host = String(origin["DomainName"]);
  const owner = (type: string, domainOf: (resource: StackResource) => unknown) =>
    stack.ofType(type).find((resource) => domainOf(resource) === host);
  const url = owner("AWS::Lambda::Url", ({ identity }) => hostOf(identity.attributes["FunctionUrl"]));
  if (url) return { kind: "lambda", target: url };
  const group = owner(
    "AWS::MediaPackageV2::ChannelGroup",
    ({ identity }) => identity.attributes["EgressDomain"],
  );
  if (group) return { kind: "mediapackagev2", target: group };
  const bucket = owner("AWS::S3::Bucket", ({ identity }) => identity.attributes["RegionalDomainName"]);
  if (bucket) return { kind: "s3", target: bucket };
  const { region } = stack.place;
  const api = owner(
    "AWS::ApiGatewayV2::Api",
    ({ identity }) => `${identity.ref}.execute-api.${region}.amazonaws.com`,
  );
  return api ? { kind: "api", target: api } : { kind: "unknown" };
}

function hostOf(url: unknown): string {
  return String(url).split("/")[2] ?? "";
}
