/** Reads a response headers policy from the template: the headers that CloudFront adds to its answers. */

import type { Template } from "../template.ts";
import { referencedResource } from "./intrinsics.ts";
import type { Value } from "./value.ts";

export interface HeadersPolicy {
  readonly headers: readonly PolicyHeader[];
  readonly removed: readonly string[];
  readonly cors: CorsPolicy | undefined;
}

interface PolicyHeader {
  readonly name: string;
  readonly value: string;
  /** Whether it replaces a header that the origin sent. */
  readonly override: boolean;
}

export interface CorsPolicy {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  readonly credentials: boolean;
  readonly override: boolean;
}

/**
 * Reads the policy that a behaviour names by `Ref`. Throws on one of AWS's managed policies, which aren't known here.
 */
export function readHeadersPolicy(template: Template, policyId: Value): HeadersPolicy | undefined {
  if (!policyId.exists) return undefined;
  const resourceId = referencedResource(policyId.text());
  if (!resourceId)
    throw new Error(`template.yaml: ${policyId.path} is a managed policy that isn't known here`);
  const config = template.resource(resourceId).properties.at("ResponseHeadersPolicyConfig");
  return {
    headers: [
      ...securityHeaders(config.at("SecurityHeadersConfig")),
      ...customHeaders(config.at("CustomHeadersConfig")),
    ],
    removed: config
      .at("RemoveHeadersConfig", "Items")
      .list()
      .map((item) => item.at("Header").text().toLowerCase()),
    cors: readCors(config.at("CorsConfig")),
  };
}

function customHeaders(config: Value): PolicyHeader[] {
  return config
    .at("Items")
    .list()
    .map((item) => ({
      name: item.at("Header").text().toLowerCase(),
      value: item.at("Value").text(),
      override: item.at("Override").flag(),
    }));
}

/** Each section's header, as CloudFront spells it. */
function securityHeaders(config: Value): PolicyHeader[] {
  const sections: Record<string, (section: Value) => [name: string, value: string]> = {
    ContentSecurityPolicy: (section) => [
      "content-security-policy",
      section.at("ContentSecurityPolicy").text(),
    ],
    ContentTypeOptions: () => ["x-content-type-options", "nosniff"],
    FrameOptions: (section) => ["x-frame-options", section.at("FrameOption").text()],
    ReferrerPolicy: (section) => ["referrer-policy", section.at("ReferrerPolicy").text()],
    StrictTransportSecurity: (section) => ["strict-transport-security", transportSecurity(section)],
    XSSProtection: (section) => ["x-xss-protection", xssProtection(section)],
  };
  return config.entries().map(([name, section]) => {
    const spell = sections[name];
    if (!spell) throw new Error(`template.yaml: ${section.path} is not known here`);
    const [header, value] = spell(section);
    return { name: header, value, override: section.at("Override").flag() };
  });
}

function transportSecurity(section: Value): string {
  const age = `max-age=${section.at("AccessControlMaxAgeSec").number()}`;
  const subdomains = section.at("IncludeSubdomains").flag(false) ? "; includeSubDomains" : "";
  const preload = section.at("Preload").flag(false) ? "; preload" : "";
  return age + subdomains + preload;
}

function xssProtection(section: Value): string {
  if (!section.at("Protection").flag()) return "0";
  return section.at("ModeBlock").flag(false) ? "1; mode=block" : "1";
}

function readCors(config: Value): CorsPolicy | undefined {
  if (!config.exists) return undefined;
  const items = (name: string): string[] =>
    config
      .at(name, "Items")
      .list()
      .map((item) => item.text());
  const maxAge = config.at("AccessControlMaxAgeSec");
  return {
    origins: items("AccessControlAllowOrigins"),
    methods: items("AccessControlAllowMethods"),
    headers: items("AccessControlAllowHeaders"),
    exposed: items("AccessControlExposeHeaders"),
    maxAgeSeconds: maxAge.exists ? maxAge.number() : undefined,
    credentials: config.at("AccessControlAllowCredentials").flag(false),
    override: config.at("OriginOverride").flag(),
  };
}
