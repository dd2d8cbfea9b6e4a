/** CloudFront's distributions with their origins and behaviours joined, and the policies that behaviours name. */

import { texts } from "./iam.ts";
import type { Json } from "./identity.ts";
import { originKind } from "./origins.ts";
import type { Stack } from "./stack.ts";

export function distributionsIn(stack: Stack) {
  return stack.ofType("AWS::CloudFront::Distribution").map(({ id, identity, properties }) => {
    const config = properties["DistributionConfig"] as Json;
    const behaviours = [...list(config["CacheBehaviors"]), config["DefaultCacheBehavior"] as Json];
    const hosts = [identity.attributes["DomainName"], ...texts(config["Aliases"])];
    return { id, config, behaviours, domains: hosts.map((host) => `https://${host}`) };
  });
}

export function originsIn(stack: Stack) {
  return distributionsIn(stack).flatMap(({ config, behaviours }) =>
    list(config["Origins"]).map((origin) => ({
      origin,
      ...originKind(stack, origin),
      behaviours: behaviours.filter(({ TargetOriginId }) => TargetOriginId === origin["Id"]),
    })),
  );
}

/** The configuration of the policy of this kind that a behaviour names; nothing for AWS's own policies. */
export function policyOf(
  stack: Stack,
  behaviour: Json,
  kind: "CachePolicy" | "OriginRequestPolicy" | "ResponseHeadersPolicy",
): Json | undefined {
  const policy = stack.find(`AWS::CloudFront::${kind}`, behaviour[`${kind}Id`]);
  return policy?.properties[`${kind}Config`] as Json | undefined;
}

/** A list of maps; none where nothing is. */
export function list(value: unknown): Json[] {
  return (value ?? []) as Json[];
}

/** A map; an empty one where nothing is. */
export function map(value: unknown): Json {
  return (value ?? {}) as Json;
}
