import { expect, test } from "vitest";
import { keptReport, moment, NOW, sentReport, viewerId } from "../../test/doubles/reports.ts";
import { idOf, type KeptReport, written } from "./kept-report.ts";
import { parseReport } from "./report.ts";
import { COUNT_NAMES, type Report } from "./report-shape.ts";

/** A write of DynamoDB's costs by the kilobyte, of names and values alike. */
const WRITE_BYTES = 1_024;

test("the longest report that the border takes is kept by one write", () => {
  const span = 1_200_000;
  // Of structured fields' integers.
  const most = 999_999_999_999_999;
  const counts = Object.fromEntries(COUNT_NAMES.map((name) => [name, most]));
  const longest = keptReport({
    viewer: viewerId(0.999),
    session: "________",
    number: 10_000,
    from: moment(NOW - span, counts),
    to: moment(NOW, counts),
    startMs: span,
    delayMs: span,
    kilobitsPerSecond: 100_000,
    peers: 1_000,
    guard: "g".repeat(20),
    player: "p".repeat(20),
    errors: Array.from({ length: 10 }, () => "e".repeat(20)),
  });
  expect(parseReport(sentReport({ ...longest, errors: [...longest.errors, "e"] }), NOW)).toBe("malformed");
  const taken = parseReport(sentReport(longest), NOW);
  expect(taken).toMatchObject({ errors: longest.errors, to: longest.to });
  const kept: KeptReport = {
    ...(taken as Report),
    viewer: longest.viewer,
    where: { country: "DE", network: "4294967295", browser: "Samsung Internet", device: "television" },
    probability: 2 ** -16,
  };
  const item = ["kind", "report", "id", idOf(kept), "value", written(kept), "expiresAt", "1800172800"];
  expect(Buffer.byteLength(item.join(""))).toBeLessThanOrEqual(WRITE_BYTES);
});
