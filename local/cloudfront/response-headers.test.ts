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
