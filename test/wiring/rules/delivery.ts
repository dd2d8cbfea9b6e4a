/** CloudFront reaches each origin as that kind of origin wants to be reached. */

import { codeOf, variablesOf } from "../asks.ts";
import { invokedFunction } from "../calls.ts";
import { distributionsIn, list, map, originsIn, policyOf } from "../distributions.ts";
import { isLike, texts } from "../iam.ts";
import type { Json } from "../identity.ts";
import type { Rule, Wiring } from "../rule.ts";
import type { Stack, StackResource } from "../stack.ts";

/** Origins that take only signed requests, by the type of access control that signs them. */
const SIGNED = ["lambda", "mediapackagev2", "s3"];

/** What AWS's own policies do with `Host`, and which of them cache nothing. */
const MANAGED = {
  cachingDisabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  withoutHost: ["b689b0a8-53d0-40ab-baf2-68738e2966ac", "59781a5b-3903-41f3-afcb-af62929ccde1"],
};

/** What a WebSocket handshake may carry; without the first two it is none. */
const HANDSHAKE = ["key", "version", "protocol", "extensions"].map((name) => `sec-websocket-${name}`);

/** What tells one viewer's request from another's. Country and network are read where they come, and by the tracker alone. */
const OF_A_REQUEST = /^x-shoal-|^cloudfront-viewer-address$/;

/** CloudFront's limit for headers in a policy. */
const MOST_HEADERS = 10;

export const deliveryRules: Readonly<Record<string, Rule>> = {
  *"each origin is something in this stack, and is used"({ stack }) {
    for (const { origin, kind, behaviours } of originsIn(stack)) {
      if (kind === "unknown")
        yield `origin ${origin["Id"]} is ${origin["DomainName"]}, which isn't in the stack`;
      if (behaviours.length === 0) yield `no behaviour uses origin ${origin["Id"]}`;
    }
    for (const { config, behaviours } of distributionsIn(stack)) {
      const ids = list(config["Origins"]).map(({ Id }) => Id);
      if (new Set(ids).size < ids.length) yield "two origins have one name";
      for (const { TargetOriginId } of behaviours)
        if (!ids.includes(TargetOriginId)) yield `a behaviour targets ${TargetOriginId}, which is no origin`;
    }
  },

  *"each origin's access control is of the origin's kind"({ stack }) {
    const used = new Set<StackResource | undefined>();
    for (const { origin, kind, target } of originsIn(stack)) {
      const control = stack.find("AWS::CloudFront::OriginAccessControl", origin["OriginAccessControlId"]);
      used.add(control);
      const config = (control?.properties["OriginAccessControlConfig"] ?? {}) as Json;
      if (!SIGNED.includes(kind)) {
        if (origin["OriginAccessControlId"] !== undefined)
          yield `origin ${origin["Id"]} takes no signed requests`;
      } else if (config["OriginAccessControlOriginType"] !== kind) {
        yield `origin ${origin["Id"]} needs an access control for ${kind}`;
      } else if (config["SigningBehavior"] !== "always" || config["SigningProtocol"] !== "sigv4") {
        yield `requests to origin ${origin["Id"]} aren't always signed`;
      }
      if (kind === "lambda" && target?.properties["AuthType"] !== "AWS_IAM")
        yield `${target?.id} is open to all`;
    }
    for (const control of stack.ofType("AWS::CloudFront::OriginAccessControl"))
      if (!used.has(control)) yield `no origin uses ${control.id}`;
  },

  *"a function that takes changes knows the path at which it does"({ stack, code }) {
    for (const { target, kind, behaviours } of originsIn(stack)) {
      const holder =
        kind === "lambda"
          ? stack.find("AWS::Lambda::Function", target?.properties["TargetFunctionArn"])
          : undefined;
      for (const { PathPattern, AllowedMethods } of behaviours) {
        if (!holder || !texts(AllowedMethods ?? []).includes("POST")) continue;
        const { names } = codeOf(stack, holder, code);
        // What stands behind a ticket is called as the edge passes it on.
        for (const [word] of String(PathPattern)
          .replace(/^\/t\//, "")
          .matchAll(/\w+/g))
          if (!names.includes(word)) yield `${holder.id} knows nothing of ${word} in ${PathPattern}`;
      }
    }
  },

  *"no path is put before what viewers ask for, and all is encrypted"({ stack }) {
    for (const { origin, kind, behaviours } of originsIn(stack)) {
      if (kind === "s3") continue;
      if (origin["OriginPath"]) yield `origin ${origin["Id"]} has a path, which its paths already have`;
      const { OriginProtocolPolicy, OriginSSLProtocols } = (origin["CustomOriginConfig"] ?? {}) as Json;
      if (OriginProtocolPolicy !== "https-only" || !texts(OriginSSLProtocols).includes("TLSv1.2"))
        yield `origin ${origin["Id"]} isn't asked by TLS 1.2 alone`;
      for (const { ViewerProtocolPolicy } of behaviours)
        if (!["https-only", "redirect-to-https"].includes(String(ViewerProtocolPolicy)))
          yield `viewers may reach ${origin["Id"]} without TLS`;
    }
  },

  *"Host never reaches an origin"({ stack }) {
    for (const { origin, behaviours } of originsIn(stack)) {
      for (const behaviour of behaviours) {
        const policy = behaviour["OriginRequestPolicyId"];
        if (policy !== undefined && passesHost(stack, policy)) yield `Host is forwarded to ${origin["Id"]}`;
        const key = map(
          policyOf(stack, behaviour, "CachePolicy")?.["ParametersInCacheKeyAndForwardedToOrigin"],
        );
        if (texts(map(key["HeadersConfig"])["Headers"]).some(isHost))
          yield `Host is part of the cache key, and so forwarded to ${origin["Id"]}`;
      }
    }
  },

  *"an API is reached by a path that ends with its stage, uncached, as a handshake, with CloudFront's secret"(
    wiring,
  ) {
    const { stack } = wiring;
    for (const { origin, kind, target, behaviours } of originsIn(stack)) {
      if (kind !== "api" || !target) continue;
      const stages = ofApi(stack, "Stage", target).map(({ properties }) => String(properties["StageName"]));
      for (const behaviour of behaviours) {
        const pattern = String(behaviour["PathPattern"]);
        const isRewritten = list(behaviour["FunctionAssociations"]).some(
          ({ EventType }) => EventType === "viewer-request",
        );
        const fits = stages.some((stage) =>
          isRewritten ? pattern.endsWith(`/${stage}`) : pattern === `/${stage}`,
        );
        if (!fits) yield `${pattern} isn't the stage of ${target.id}, which is ${stages.join(", ")}`;
        if (!isUncached(stack, behaviour)) yield `answers of ${target.id} may be cached`;
        if (!texts(behaviour["AllowedMethods"] ?? ["GET", "HEAD"]).includes("GET"))
          yield `${pattern} refuses GET`;
        const forwarded = forwardedHeaders(stack, behaviour["OriginRequestPolicyId"]);
        const wanted = [...HANDSHAKE, ...authorizersOf(wiring, target).flatMap(({ headers }) => headers)];
        const added = list(origin["OriginCustomHeaders"]).map(({ HeaderName }) => String(HeaderName));
        for (const header of new Set(wanted)) {
          if (!added.includes(header) && forwarded && !forwarded.includes(header))
            yield `${header} doesn't reach ${target.id}`;
        }
        if (forwarded && forwarded.length > MOST_HEADERS)
          yield `more than ${MOST_HEADERS} headers are forwarded`;
      }
      for (const { id, secrets, sources } of authorizersOf(wiring, target)) {
        for (const source of sources) {
          const sent = list(origin["OriginCustomHeaders"]).find(
            ({ HeaderName }) => source === `route.request.header.${HeaderName}`,
          );
          if (!sent) yield `${id} wants ${source}, which CloudFront doesn't send`;
          else if (!secrets.flatMap((told) => String(told).split(",")).includes(String(sent["HeaderValue"])))
            yield `${id} isn't told the secret that CloudFront sends`;
        }
        if (sources.length === 0) yield `${id} lets in what doesn't come through CloudFront`;
      }
      for (const { id, headers, secrets } of authorizersOf(wiring, target)) {
        const pages = distributionsIn(stack).flatMap(({ domains }) => domains);
        const embedding = String(stack.parameter("EmbedOrigins") ?? "")
          .split(",")
          .filter(Boolean);
        const told = secrets.map(String).flatMap((value) => value.split(","));
        for (const page of headers.includes("origin") ? [...pages, ...embedding] : [])
          if (!told.includes(page)) yield `${id} isn't told that pages of ${page} may connect`;
      }
      const connect = ofApi(stack, "Route", target).find(
        ({ properties }) => properties["RouteKey"] === "$connect",
      );
      const authorizer = stack.find("AWS::ApiGatewayV2::Authorizer", connect?.properties["AuthorizerId"]);
      if (!authorizer || connect?.properties["AuthorizationType"] !== "CUSTOM")
        yield `${target.id} lets anybody connect, past CloudFront`;
    }
  },

  *"a function behind CloudFront gets what its code reads of the edge and the viewer, and is asked each time"({
    stack,
    code,
  }) {
    for (const { origin, target, behaviours } of originsIn(stack)) {
      const asked = stack.find("AWS::Lambda::Function", target?.properties["TargetFunctionArn"]);
      const read = asked ? codeOf(stack, asked, code).headers.filter((name) => OF_A_REQUEST.test(name)) : [];
      for (const behaviour of read.length > 0 ? behaviours : []) {
        const forwarded = forwardedHeaders(stack, behaviour["OriginRequestPolicyId"]) ?? read;
        for (const header of read)
          if (!forwarded.includes(header)) yield `${header} doesn't reach origin ${origin["Id"]}`;
        if (!isUncached(stack, behaviour)) yield `answers of ${asked?.id}, which differ, may be cached`;
      }
    }
  },

  *"no behaviour stands in another's shadow, and none remembers errors for long"({ stack }) {
    for (const { config, behaviours } of distributionsIn(stack)) {
      const patterns = behaviours.flatMap(({ PathPattern }) =>
        PathPattern === undefined ? [] : [String(PathPattern)],
      );
      for (const [index, pattern] of patterns.entries())
        if (patterns.slice(0, index).some((earlier) => isLike(pattern, earlier)))
          yield `nothing reaches ${pattern}`;
      for (const { ErrorCode, ErrorCachingMinTTL } of list(config["CustomErrorResponses"]))
        if (ErrorCachingMinTTL !== 1) yield `${ErrorCode} is remembered for ${ErrorCachingMinTTL} s`;
    }
  },
};

interface AuthorizerFacts {
  readonly id: string;
  readonly sources: readonly string[];
  /** Values of its function's variables. */
  readonly secrets: readonly unknown[];
  readonly headers: readonly string[];
}

function authorizersOf({ stack, code }: Wiring, api: StackResource): AuthorizerFacts[] {
  return ofApi(stack, "Authorizer", api).flatMap(({ id, properties }) => {
    const invoked = invokedFunction(stack, properties["AuthorizerUri"]);
    if (!invoked) return [];
    const { headers } = codeOf(stack, invoked, code);
    const secrets = Object.values(variablesOf(invoked));
    return [{ id, sources: texts(properties["IdentitySource"]), secrets, headers }];
  });
}

function ofApi(stack: Stack, kind: string, api: StackResource): StackResource[] {
  return stack
    .ofType(`AWS::ApiGatewayV2::${kind}`)
    .filter(({ properties }) => properties["ApiId"] === api.identity.ref);
}

function passesHost(stack: Stack, policyId: unknown): boolean {
  if (MANAGED.withoutHost.includes(String(policyId))) return false;
  const headers = headersConfig(stack, policyId);
  const names = texts(headers["Headers"]);
  if (headers["HeaderBehavior"] === "allExcept") return !names.some(isHost);
  return headers["HeaderBehavior"] === "none"
    ? false
    : headers["HeaderBehavior"] !== "whitelist" || names.some(isHost);
}

/** Lower-case names; nothing where all but some are forwarded. */
function forwardedHeaders(stack: Stack, policyId: unknown): string[] | undefined {
  if (policyId === undefined) return [];
  if (MANAGED.withoutHost.includes(String(policyId))) return undefined;
  const headers = headersConfig(stack, policyId);
  if (headers["HeaderBehavior"] === "allExcept") return undefined;
  return texts(headers["Headers"]).map((name) => name.toLowerCase());
}

function headersConfig(stack: Stack, policyId: unknown): Json {
  const policy = stack.find("AWS::CloudFront::OriginRequestPolicy", policyId);
  const config = (policy?.properties["OriginRequestPolicyConfig"] ?? {}) as Json;
  return (config["HeadersConfig"] ?? {}) as Json;
}

function isUncached(stack: Stack, behaviour: Json): boolean {
  if (behaviour["CachePolicyId"] === MANAGED.cachingDisabled) return true;
  return policyOf(stack, behaviour, "CachePolicy")?.["MaxTTL"] === 0;
}

function isHost(name: string): boolean {
  return name.toLowerCase() === "host";
}
