import { expect, test } from "vitest";
import { whereaboutsIn } from "./whereabouts.ts";

const CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";

test.each([
  [`Mozilla/5.0 (Windows NT 10.0) ${CHROME} Safari/537.36 Edg/140.0`, "Edge", "computer"],
  [`Mozilla/5.0 (Windows NT 10.0) ${CHROME} Safari/537.36 OPR/120.0`, "Opera", "computer"],
  [`Mozilla/5.0 (Linux; Android 14) ${CHROME} Mobile Safari/537.36`, "Chrome", "phone"],
  [`Mozilla/5.0 (Linux; Android 14) ${CHROME} Safari/537.36`, "Chrome", "tablet"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "computer"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18.0 Mobile/15E Safari/604.1",
    "Safari",
    "phone",
  ],
  [`Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) ${CHROME} Safari/537.36`, "Chrome", "television"],
  ["curl/8.0", "unknown", "unknown"],
])("%s", (agent, browser, device) => {
  expect(whereaboutsIn({ "user-agent": agent })).toMatchObject({ browser, device });
});

test("country and network are CloudFront's, or unknown", () => {
  const headers = { "cloudfront-viewer-country": "DE", "cloudfront-viewer-asn": "3320" };
  expect(whereaboutsIn(headers)).toMatchObject({ country: "DE", network: "3320", browser: "unknown" });
  const made = { "cloudfront-viewer-country": "Germany", "cloudfront-viewer-asn": "an address" };
  expect(whereaboutsIn(made)).toMatchObject({ country: "unknown", network: "unknown" });
});
