/** Tests how the client that pages load comes back to the tracker, with a small audience and a small limit. */

import { expect, test } from "vitest";
import { cut, rush } from "./scenarios.ts";

const audience = { viewers: 2_000, mostASecond: 10, seed: 20261129 };

test("after a cut viewers come back spread over five minutes, each page once", async () => {
  const comeback = await cut("shipped", audience);
  expect(comeback.nearlyAllSeconds).toBeGreaterThan(290);
  expect(comeback.halfSeconds).toBeGreaterThan(130);
  // Two thousand over 300 s are 6.7 a second, and chance adds a few.
  expect(comeback.busiestSecond).toBeLessThan(20);
});

test("both swarms of a page announce again, also when one joins the other's opening socket", async () => {
  const plenty = { ...audience, mostASecond: Number.POSITIVE_INFINITY };
  expect((await cut("shipped", plenty)).announced).toBe(1);
});

test("the published client's two swarms draw twice, so that twice as many come at first", async () => {
  const shipped = await cut("shipped", audience);
  const published = await cut("published", audience);
  expect(published.halfSeconds).toBeLessThan(0.8 * shipped.halfSeconds);
  expect(published.refused).toBeGreaterThan(2 * shipped.refused);
});

test("those who are refused come back later, until all are in", async () => {
  const arrival = await rush("shipped", audience, 60);
  expect(arrival.refused).toBeGreaterThan(0);
  expect(arrival.nearlyAllSeconds).toBeLessThan(1_800);
});
