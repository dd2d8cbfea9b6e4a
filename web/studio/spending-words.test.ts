import { expect, test } from "vitest";
import { monthOf, spendingRows, spentOn } from "./spending-words.ts";

const USAGE = { hoursWatched: 100, gigabytesFromCdn: 28, gigabytesFromPeers: 112 };
const PRICES = { channelHour: 1.5, gigabyte: 0.0878, viewerHour: 0.0055, viewerHourAlone: 0.0048 };

test("the channel, the CDN's gigabytes and each viewer cost; without sharing all gigabytes are the CDN's", () => {
  const spent = spentOn(USAGE, 2, PRICES);
  expect(spent.dollars).toBeCloseTo(3 + 28 * 0.0878 + 0.55);
  expect(spent.withoutSharing).toBeCloseTo(3 + 140 * 0.0878 + 0.48);
  expect(spentOn(USAGE, 2, { ...PRICES, channelHour: null }).dollars).toBeCloseTo(spent.dollars - 3);
});

test("a month goes on as it began, once a day of it has passed", () => {
  const spent = { dollars: 10, withoutSharing: 20 };
  expect(spendingRows(spent, spent, 0.5).map(([, value]) => value)).toEqual([
    "$10.00",
    "$20.00",
    "$10.00",
    "$20.00",
    "$40.00",
  ]);
  expect(spendingRows(spent, spent, 0.001)[3]?.[1]).toBe("$300.00");
  expect(monthOf(new Date(2026, 10, 16)).passed).toBeCloseTo(0.5);
  expect(monthOf(new Date(2026, 10, 16)).startsAt).toBe(new Date(2026, 10, 1).getTime());
});
