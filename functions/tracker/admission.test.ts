import { expect, test } from "vitest";
import { refusalOf } from "./admission.ts";

const admission = {
  originSecrets: ["secret", "the one before"],
  pageOrigins: ["https://player.example", "https://blog.example:8443"],
};
const through = { "X-Shoal-Origin": "secret" };

test.each([
  ["no secret", {}],
  ["a wrong secret", { "x-shoal-origin": "secre7" }],
  ["a longer secret", { "x-shoal-origin": "secretsecret" }],
])("a handshake with %s is refused", (_, headers) => {
  expect(refusalOf(headers, admission)).toBe("not through CloudFront");
});

test("CloudFront's secret before holds as well, until the next turn", () => {
  expect(refusalOf({ "x-shoal-origin": "the one before" }, admission)).toBeNull();
});

test.each([
  "https://player.example",
  "https://PLAYER.example",
  "http://player.example",
  "https://blog.example:8443",
])("a page of %s is admitted", (Origin) => {
  expect(refusalOf({ ...through, Origin }, admission)).toBeNull();
});

test.each([
  "https://elsewhere.example",
  "https://player.example.evil",
  "https://blog.example",
  "null",
  "",
  "file://",
])("a page of %j is refused", (origin) => {
  expect(refusalOf({ ...through, origin }, admission)).toBe("from a page of another origin");
});

test("if all pages are allowed, one of any origin is admitted through CloudFront", () => {
  const open = { ...admission, pageOrigins: ["*"] };
  const origin = "http://192.168.1.7:8080";
  expect(refusalOf({ ...through, origin }, open)).toBeNull();
  expect(refusalOf({ origin }, open)).toBe("not through CloudFront");
});

test("a client that isn't a browser is admitted", () => {
  expect(refusalOf(through, admission)).toBeNull();
});
