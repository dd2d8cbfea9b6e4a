/** What CloudFront keeps, allows and adds is what pages and media need. */

import { distributionsIn, list, map, originsIn, policyOf } from "../distributions.ts";
import { texts } from "../iam.ts";
import type { Json } from "../identity.ts";
import type { Rule } from "../rule.ts";
import type { Stack } from "../stack.ts";

/** CloudFront takes one of these sets, and no other. */
const METHODS = ["GET,HEAD", "GET,HEAD,OPTIONS", "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"];

/** Answers that CloudFront keeps for ten seconds unless it is told otherwise. */
const CACHED_ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** MediaPackage v2's query parameters for start-over, time shift and manifest filters. */
const MEDIA_QUERY = ["start", "end", "time_delay", "aws.manifestfilter", "aws.manifestsettings"];

/** What a page of the stream has no use for. */
const FEATURES = ["camera", "microphone", "geolocation", "payment", "usb"];

/** AWS's own policies. */
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/** Its own files alone, no text that becomes markup, in no frame. */
const STUDIO_CONTENT =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
  "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const DAY_SECONDS = 86_400;
const YEAR_SECONDS = 31_536_000;

export const cachingRules: Readonly<Record<string, Rule>> = {
  *"each behaviour allows a set of methods that CloudFront knows, and has a cache policy"({ stack }) {
    for (const { behaviours } of distributionsIn(stack)) {
      for (const behaviour of behaviours) {
        const { PathPattern = "*", AllowedMethods = ["GET", "HEAD"], CachePolicyId, Compress } = behaviour;
        if (!METHODS.includes(texts(AllowedMethods).toSorted().join()))
          yield `${PathPattern} allows ${AllowedMethods}`;
        if (CachePolicyId === undefined) yield `${PathPattern} has no cache policy`;
        const cors = policyOf(stack, behaviour, "ResponseHeadersPolicy")?.["CorsConfig"];
        if (cors && !texts(AllowedMethods).includes("OPTIONS"))
          yield `${PathPattern} refuses what browsers ask first`;
        const config = policyOf(stack, behaviour, "CachePolicy");
        const key = map(config?.["ParametersInCacheKeyAndForwardedToOrigin"]);
        for (const encoding of ["Gzip", "Brotli"])
          if (Boolean(Compress) !== Boolean(key[`EnableAcceptEncoding${encoding}`]))
            yield `${PathPattern}: compression and ${encoding} in the cache's key don't agree`;
      }
    }
  },

  *"cache policies let the origin say how long, within their bounds"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::CloudFront::CachePolicy")) {
      const { MinTTL, DefaultTTL, MaxTTL } = map(properties["CachePolicyConfig"]);
      if (MinTTL !== 0) yield `${id} keeps what the origin doesn't want kept`;
      if (!(Number(DefaultTTL) > 0 && Number(DefaultTTL) <= 60))
        yield `${id} keeps for ${DefaultTTL} s by default`;
      if (!(Number(MaxTTL) >= DAY_SECONDS && Number(MaxTTL) <= YEAR_SECONDS))
        yield `${id} keeps for ${MaxTTL} s at most`;
    }
  },

  *"media: MediaPackage gets its query, and no error is kept for longer than a second"({ stack }) {
    for (const { kind, behaviours } of originsIn(stack)) {
      if (kind !== "mediapackagev2") continue;
      for (const behaviour of behaviours) {
        const config = policyOf(stack, behaviour, "CachePolicy");
        const { QueryStringBehavior, QueryStrings } = map(
          map(config?.["ParametersInCacheKeyAndForwardedToOrigin"])["QueryStringsConfig"],
        );
        const passed = QueryStringBehavior === "all" ? MEDIA_QUERY : texts(QueryStrings);
        if (passed.toSorted().join() !== MEDIA_QUERY.toSorted().join())
          yield `MediaPackage gets ${passed.join(", ")} of its query ${MEDIA_QUERY.join(", ")}`;
      }
    }
    for (const { config } of distributionsIn(stack)) {
      const codes = list(config["CustomErrorResponses"]).map(({ ErrorCode }) => Number(ErrorCode));
      for (const code of CACHED_ERRORS) if (!codes.includes(code)) yield `${code} is kept for ten seconds`;
      for (const code of codes) if (!CACHED_ERRORS.includes(code)) yield `CloudFront keeps no ${code}`;
      if (new Set(codes).size < codes.length) yield "an error is named twice";
    }
  },

  *"Origin Shield is where the parameter says, before all that every edge fetches"({ stack }) {
    const isWanted = stack.parameter("OriginShield") === "on";
    for (const { origin, behaviours } of originsIn(stack)) {
      // Pages are few and small, and what isn't kept gains nothing from one more cache.
      const isKept =
        behaviours.every(({ PathPattern }) => PathPattern !== undefined) &&
        behaviours.some((behaviour) => policyOf(stack, behaviour, "CachePolicy"));
      const { Enabled = false, OriginShieldRegion } = map(origin["OriginShield"]);
      if (Enabled !== (isWanted && isKept)) yield `${origin["Id"]} has no Origin Shield, or one too many`;
      if (isKept && map(origin["OriginShield"])["Enabled"] === undefined)
        yield `${origin["Id"]} doesn't say whether it has an Origin Shield`;
      if ((OriginShieldRegion !== undefined) !== Enabled) yield `${origin["Id"]}'s Origin Shield is nowhere`;
    }
  },

  *"pages and media carry their security headers, whatever the origin says"({ stack }) {
    for (const { origin, kind, behaviours } of originsIn(stack)) {
      if (kind === "api") continue;
      for (const behaviour of behaviours) {
        const config = map(policyOf(stack, behaviour, "ResponseHeadersPolicy"));
        const security = map(config["SecurityHeadersConfig"]);
        const wanted = ["ContentTypeOptions", "StrictTransportSecurity"];
        // What isn't behind a path of its own is a page; the studio's answers are as strict as its page.
        const isPages =
          behaviours.some(({ PathPattern }) => PathPattern === undefined) || takesChanges(behaviour);
        if (!isPages && "ContentSecurityPolicy" in security) yield `${origin["Id"]} answers as a page`;
        if (isPages) wanted.push("ContentSecurityPolicy", "ReferrerPolicy");
        for (const name of wanted) if (!(name in security)) yield `${origin["Id"]}'s answers lack ${name}`;
        const headers = [
          ...Object.entries(security),
          ...list(map(config["CustomHeadersConfig"])["Items"]).entries(),
        ];
        for (const [name, header] of headers)
          if (map(header)["Override"] !== true) yield `${origin["Id"]} may replace ${name}`;
        const policy = list(map(config["CustomHeadersConfig"])["Items"]).find(
          ({ Header }) => Header === "permissions-policy",
        );
        if (isPages && String(policy?.["Value"]) !== FEATURES.map((name) => `${name}=()`).join(", "))
          yield `${origin["Id"]}'s pages may use ${policy?.["Value"]}`;
        const longest = Number(policyOf(stack, behaviour, "CachePolicy")?.["MaxTTL"]);
        if (isPages && longest < YEAR_SECONDS)
          yield `${origin["Id"]}'s files are kept for ${longest} s at most`;
        const { AccessControlMaxAgeSec } = map(security["StrictTransportSecurity"]);
        if (AccessControlMaxAgeSec !== YEAR_SECONDS)
          yield `${origin["Id"]}: HSTS lasts ${AccessControlMaxAgeSec} s`;
      }
    }
  },

  *"sites that may embed the player may read pages and media"({ stack }) {
    const wanted = String(stack.parameter("EmbedOrigins") ?? "")
      .split(",")
      .filter(Boolean);
    for (const { origin, kind, behaviours } of originsIn(stack)) {
      if (kind !== "lambda" && kind !== "mediapackagev2") continue;
      for (const behaviour of behaviours) {
        const cors = policyOf(stack, behaviour, "ResponseHeadersPolicy")?.["CorsConfig"] as Json | undefined;
        if (isStudios(stack, behaviour)) {
          if (cors) yield `${origin["Id"]}: other sites may read the studio`;
          continue;
        }
        if ((cors === undefined) !== (wanted.length === 0))
          yield `${origin["Id"]}: CORS doesn't follow EmbedOrigins`;
        if (!cors) continue;
        const items = (name: string) => texts(map(cors[`AccessControl${name}`])["Items"]);
        if (items("AllowOrigins").join() !== wanted.join())
          yield `${origin["Id"]} allows ${items("AllowOrigins")}`;
        if (items("AllowMethods").toSorted().join() !== "GET,HEAD,OPTIONS")
          yield `${origin["Id"]} allows ${items("AllowMethods")}`;
        if (items("AllowHeaders").join() !== "range")
          yield `${origin["Id"]} allows the headers ${items("AllowHeaders")}`;
        if (cors["AccessControlAllowCredentials"] !== false) yield `${origin["Id"]} takes credentials`;
        if (cors["OriginOverride"] !== true) yield `${origin["Id"]} may replace CORS`;
        if (
          !(
            Number(cors["AccessControlMaxAgeSec"]) > 0 &&
            Number(cors["AccessControlMaxAgeSec"]) <= DAY_SECONDS
          )
        )
          yield `${origin["Id"]}: browsers remember CORS for ${cors["AccessControlMaxAgeSec"]} s`;
        if (
          kind === "mediapackagev2" &&
          items("ExposeHeaders").toSorted().join() !== "content-length,content-range,date"
        )
          yield `${origin["Id"]}: players can't read ${items("ExposeHeaders")}`;
      }
    }
  },

  *"what changes things is told everything but Host, keeps nothing, and neither it nor its page is ever in a frame"({
    stack,
  }) {
    for (const { id, behaviours } of distributionsIn(stack)) {
      const changing = behaviours.filter(takesChanges);
      for (const { PathPattern, CachePolicyId, OriginRequestPolicyId } of changing) {
        if (CachePolicyId !== CACHING_DISABLED) yield `answers of ${PathPattern} may be cached`;
        if (OriginRequestPolicyId !== ALL_BUT_HOST) yield `${PathPattern} isn't told its cookies`;
      }
      // `/studio/api/*` has its page at `/studio`.
      const pages = changing.map(({ PathPattern }) => String(PathPattern).split("/").slice(0, 2).join("/"));
      for (const page of pages)
        if (!behaviours.some(({ PathPattern }) => PathPattern === page)) yield `${id} has no page at ${page}`;
      for (const behaviour of behaviours) {
        const isPage = pages.includes(String(behaviour["PathPattern"]));
        if (!isStudios(stack, behaviour) && !isPage) continue;
        if (!isPage && !takesChanges(behaviour))
          yield `${behaviour["PathPattern"] ?? "*"} is as strict as what takes changes`;
        const security = map(policyOf(stack, behaviour, "ResponseHeadersPolicy")?.["SecurityHeadersConfig"]);
        const content = map(security["ContentSecurityPolicy"])["ContentSecurityPolicy"];
        if (content !== STUDIO_CONTENT) yield `${behaviour["PathPattern"]} may load ${content}`;
        if (map(security["FrameOptions"])["FrameOption"] !== "DENY")
          yield `${behaviour["PathPattern"]} may be framed by old browsers`;
        if (map(security["ReferrerPolicy"])["ReferrerPolicy"] !== "no-referrer")
          yield `${behaviour["PathPattern"]} tells others its address`;
      }
    }
  },

  *"the link for viewers leads to a distribution that is on, by a name that it has"({ stack }) {
    for (const { id, config } of distributionsIn(stack)) {
      if (config["Enabled"] !== true) yield `${id} is off`;
      if (config["IPV6Enabled"] !== true) yield `${id} can't be reached by IPv6`;
      if (config["HttpVersion"] !== "http2and3") yield `${id} doesn't speak HTTP/3`;
      if (config["DefaultRootObject"] !== "index.html") yield `${id} has no first page`;
      const domain = stack.parameter("DomainName");
      const aliases = texts(config["Aliases"]);
      if (aliases.join() !== String(domain ?? "")) yield `${id} has the names ${aliases}, not ${domain}`;
      const certificate = map(config["ViewerCertificate"]);
      if (aliases.length > 0 && certificate["AcmCertificateArn"] !== stack.parameter("CertificateArn"))
        yield `${id} has no certificate for ${aliases}`;
      if (
        aliases.length > 0 &&
        (certificate["SslSupportMethod"] !== "sni-only" ||
          !/^TLSv1\.[23]_/.test(String(certificate["MinimumProtocolVersion"])))
      )
        yield `${id} doesn't ask for TLS 1.2 by name`;
    }
  },
};

/** Takes what people change, without a ticket: what viewers report is for rules/reports.ts. */
function takesChanges({ AllowedMethods, PathPattern }: Json): boolean {
  return texts(AllowedMethods ?? []).includes("POST") && !String(PathPattern).startsWith("/t/");
}

/** Whether the behaviour answers as the studio does: by the headers of what takes changes. */
function isStudios(stack: Stack, behaviour: Json): boolean {
  const policies = distributionsIn(stack)
    .flatMap(({ behaviours }) => behaviours)
    .filter(takesChanges)
    .map(({ ResponseHeadersPolicyId }) => ResponseHeadersPolicyId);
  return policies.includes(behaviour["ResponseHeadersPolicyId"]);
}
