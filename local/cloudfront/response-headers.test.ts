import { expect, test } from "vitest";
import type { CorsPolicy, HeadersPolicy } from "../template/headers-policy.ts";
import { applyPolicy } from "./response-headers.ts";

const CORS: CorsPolicy = {
  origins: ["https://*.example.com", "https://shoal.test"],
  methods: ["GET", "HEAD"],
  headers: ["*"],
  exposed: ["ETag"],
  maxAgeSeconds: 600,
  credentials: false,
  override: true,
};

function policy(parts: Partial<HeadersPolicy>): HeadersPolicy {
  return { headers: [], removed: [], cors: undefined, ...parts };
}

test("a header that overrides replaces the origin's, another gives way", () => {
  const headers = [
    { name: "referrer-policy", value: "no-referrer", override: true },
    { name: "cache-control", value: "no-store", override: false },
  ];
  const origin = { "referrer-policy": "origin", "cache-control": "max-age=1" };
  expect(applyPolicy(origin, policy({ headers }), undefined, false)).toEqual({
    "referrer-policy": "no-referrer",
    "cache-control": "max-age=1",
  });
});

test("a removed header is gone", () => {
  expect(
    applyPolicy({ server: "x", etag: '"v"' }, policy({ removed: ["server"] }), undefined, false),
  ).toEqual({
    etag: '"v"',
  });
});

test("CORS is spoken only to those who say where they come from, and are let in", () => {
  const allowed = (origin: string | undefined) =>
    applyPolicy({}, policy({ cors: CORS }), origin, false)["access-control-allow-origin"];
  expect(allowed(undefined)).toBeUndefined();
  expect(allowed("https://evil.test")).toBeUndefined();
  expect(allowed("https://example.com.evil.test")).toBeUndefined();
  expect(allowed("https://live.example.com")).toBe("https://live.example.com");
  expect(allowed("https://shoal.test")).toBe("https://shoal.test");
});

test("an answer that depends on the origin says so", () => {
  expect(applyPolicy({}, policy({ cors: CORS }), "https://shoal.test", false)["vary"]).toBe("Origin");
});

test("a policy for all origins names none", () => {
  const cors = { ...CORS, origins: ["*"] };
  expect(applyPolicy({}, policy({ cors }), "https://shoal.test", false)["access-control-allow-origin"]).toBe(
    "*",
  );
});

test("a preflight learns methods, headers and for how long", () => {
  expect(applyPolicy({}, policy({ cors: CORS }), "https://shoal.test", true)).toMatchObject({
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "*",
    "access-control-max-age": "600",
  });
});

test("without a policy the origin's headers pass as they are", () => {
  expect(applyPolicy({ server: "x" }, undefined, "https://shoal.test", false)).toEqual({ server: "x" });
});

test("CORS that overrides takes away what the origin said of it; another lets the origin have its word", () => {
  const origin = { "access-control-allow-origin": "https://other.test", "access-control-max-age": "1" };
  const answered = (override: boolean) =>
    applyPolicy(origin, policy({ cors: { ...CORS, override } }), "https://shoal.test", false);
  expect(answered(true)["access-control-allow-origin"]).toBe("https://shoal.test");
  expect(answered(true)["access-control-max-age"]).toBeUndefined();
  expect(answered(false)["access-control-allow-origin"]).toBe("https://other.test");
});

const asked = (cors: Partial<CorsPolicy>, isPreflight = false) =>
  applyPolicy({}, policy({ cors: { ...CORS, ...cors } }), "https://shoal.test", isPreflight);

test("a page may read the headers that are exposed, and only if any are", () => {
  expect(asked({})["access-control-expose-headers"]).toBe("ETag");
  expect(asked({ exposed: [] })).not.toHaveProperty("access-control-expose-headers");
});

test("credentials are allowed by the origin's name, even where all origins are", () => {
  expect(asked({ credentials: true, origins: ["*"] })).toMatchObject({
    "access-control-allow-credentials": "true",
    "access-control-allow-origin": "https://shoal.test",
  });
  expect(asked({})).not.toHaveProperty("access-control-allow-credentials");
});

test("a preflight without a time to keep it names none", () => {
  expect(asked({ maxAgeSeconds: undefined }, true)).not.toHaveProperty("access-control-max-age");
});

test("ALL methods are spelled out", () => {
  expect(asked({ methods: ["ALL"] }, true)["access-control-allow-methods"]).toBe(
    "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
  );
});
