/**
 * Takes the place of SDK parts that the tracker never uses: template.yaml's esbuild aliases name this file for them. The
 * chain of credential providers, the SDK's own HTTP sender and the discovery of endpoints are a third of the bundle
 * otherwise.
 */

/** In place of `@aws-sdk/credential-provider-node`: credentials are given to each client. */
export function defaultProvider(): never {
  throw new Error("The tracker takes credentials from its environment only");
}

/** In place of `@smithy/node-http-handler`: http-sender.ts sends. Clients make one of these when they are made. */
export const NodeHttpHandler = { create: (): null => null };

/** Likewise: http-sender.ts reads responses. */
export function streamCollector(): never {
  throw new Error("The tracker has read a response before the SDK sees it");
}

/** In place of `@aws-sdk/middleware-endpoint-discovery`: the table's endpoint is its region's. */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {};

/** Likewise: a client calls it when it is made. */
export function resolveEndpointDiscoveryConfig<Config>(config: Config): Config {
  return config;
}
