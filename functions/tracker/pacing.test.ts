/** Tests how often a viewer announces and how many of its offers are relayed, depending on its need. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  intervalSeconds,
  isHelped,
  MAX_INTERVAL_SECONDS,
  type Need,
  offersWanted,
  refusedIntervalSeconds,
} from "./pacing.ts";

const settled: Need = {
  arrival: null,
  seatedSeconds: 2000,
  secondsSinceHelp: 2000,
  others: 1000,
  growth: 1,
  stayed: 1,
};
const fresh: Need = { ...settled, arrival: "fresh", seatedSeconds: 0, secondsSinceHelp: 0 };
const returning: Need = { ...fresh, arrival: "returning" };
const second: Need = { ...settled, seatedSeconds: 33, secondsSinceHelp: 33 };
const third: Need = { ...settled, seatedSeconds: 213, secondsSinceHelp: 213 };
const lonely: Need = { ...settled, stayed: 0.55 };
const deserted: Need = { ...settled, stayed: 0.5, growth: 0.5 };

const spanOf = (need: Need) => [intervalSeconds(need, () => 0), intervalSeconds(need, () => 0.999999)];

const needs = fc.record({
  arrival: fc.constantFrom("fresh", "returning", null),
  seatedSeconds: fc.nat(20_000),
  secondsSinceHelp: fc.nat(20_000),
  others: fc.nat(1_000_000),
  growth: fc.double({ min: 0, max: 1000, noNaN: true }),
  stayed: fc.double({ min: 0, max: 100, noNaN: true }),
});

test("no interval is longer than nine minutes, and only a viewer that found nobody gets one below 25 seconds", () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(needs, chance, (need, drawn) => {
      const interval = intervalSeconds(need, () => drawn);
      expect(Number.isInteger(interval)).toBe(true);
      expect(interval).toBeGreaterThanOrEqual(need.arrival === "fresh" && need.others === 0 ? 8 : 25);
      expect(interval).toBeLessThanOrEqual(MAX_INTERVAL_SECONDS);
    }),
  );
  expect(MAX_INTERVAL_SECONDS).toBe(540);
});

test("intervals are jittered, whatever the need", () => {
  fc.assert(
    fc.property(needs, (need) => {
      const [least = 0, most = 0] = spanOf(need);
      expect(most - least).toBeGreaterThanOrEqual(0.1 * most);
    }),
  );
});

describe("a new viewer", () => {
  test("has all five offers relayed at once, and again half a minute later", () => {
    expect(offersWanted(fresh)).toBe(5);
    expect(spanOf(fresh)).toEqual([25, 40]);
    expect(offersWanted(second)).toBe(5);
  });

  test("is helped once more within five minutes, and then waits long", () => {
    expect(spanOf(second)).toEqual([135, 225]);
    expect(offersWanted(third)).toBe(4);
    expect(spanOf(third)).toEqual([270, 540]);
  });

  test("has one offer relayed if the swarm has grown by half since, because newcomers sent it theirs", () => {
    expect(offersWanted({ ...second, growth: 1.5 })).toBe(5);
    expect(offersWanted({ ...second, growth: 1.51 })).toBe(1);
    expect(offersWanted({ ...third, growth: 1.5 })).toBe(4);
    expect(offersWanted({ ...third, growth: 1.51 })).toBe(1);
  });

  test("that finds nobody announces again soon, since another may have come at the same instant", () => {
    expect(spanOf({ ...fresh, others: 0 })).toEqual([8, 16]);
  });

  test("in a swarm of six is helped twice: by then everyone's offers have reached everyone", () => {
    expect(offersWanted({ ...second, others: 5 })).toBe(5);
    expect(spanOf({ ...second, others: 5 })).toEqual([270, 540]);
    expect(offersWanted({ ...third, others: 5 })).toBe(0);
  });
});

describe("a settled viewer", () => {
  test("costs nothing but the announces that keep its connection open", () => {
    expect(offersWanted(settled)).toBe(0);
    expect(isHelped(settled)).toBe(false);
    expect(spanOf(settled)).toEqual([486, 540]);
  });

  test("in a small swarm needs no help when somebody leaves", () => {
    expect(offersWanted({ ...lonely, others: 5 })).toBe(0);
  });
});

describe("a viewer that has lost peers", () => {
  test("is helped to two more, and looked at again in about five minutes", () => {
    expect(offersWanted(lonely)).toBe(2);
    expect(isHelped(lonely)).toBe(true);
    expect(spanOf(lonely)).toEqual([225, 375]);
  });

  test("is helped to five in a swarm that shrinks, where no newcomers make up for it", () => {
    expect(offersWanted(deserted)).toBe(5);
    expect(isHelped(deserted)).toBe(true);
  });

  test("must have lost two thirds in a swarm that has grown", () => {
    expect(isHelped({ ...settled, growth: 2, stayed: 0.5 })).toBe(false);
    expect(isHelped({ ...settled, growth: 2, stayed: 0.3 })).toBe(true);
  });

  test("is helped after 25 minutes where the swarm has grown too much to tell", () => {
    expect(isHelped({ ...settled, growth: 12.1, stayed: 0, secondsSinceHelp: 1500 })).toBe(false);
    expect(isHelped({ ...settled, growth: 12.1, stayed: 0, secondsSinceHelp: 1501 })).toBe(true);
  });
});

describe("a viewer among others who stay briefly", () => {
  // After a quarter of an hour e^-1 of those who stay for 15 minutes on average are there still.
  const brisk: Need = { ...settled, secondsSinceHelp: 900, stayed: 0.36 };

  test("has all its offers relayed every three minutes, since its peers leave as fast as it finds them", () => {
    expect(offersWanted(brisk)).toBe(5);
    expect(spanOf(brisk)).toEqual([150, 210]);
    expect(offersWanted({ ...third, stayed: 0.55 })).toBe(5);
    expect(spanOf({ ...third, stayed: 0.55 })).toEqual([150, 210]);
  });

  test("keeps the first count of the others, which reveals brief stays better the older it is", () => {
    expect(isHelped(brisk)).toBe(false);
  });

  test("is settled or lonely like anyone else where stays are longer than a quarter of an hour", () => {
    expect(isHelped({ ...brisk, stayed: 0.37 })).toBe(true);
    expect(offersWanted({ ...brisk, stayed: 0.37 })).toBe(2);
  });

  test("is recognised by those who are there now, so that a wrong estimate of the swarm's size matters less", () => {
    expect(offersWanted({ ...brisk, growth: 1.3, stayed: 1.3 * 0.36 })).toBe(5);
    expect(offersWanted({ ...brisk, growth: 0.8, stayed: 0.8 * 0.36 })).toBe(5);
  });

  test("isn't seen in a swarm that grows, where newcomers dilute those who stay", () => {
    expect(offersWanted({ ...brisk, growth: 1.51, stayed: 1.51 * 0.36 })).toBe(0);
  });

  test("in a small swarm needs no more, since everyone's offers have reached everyone", () => {
    expect(offersWanted({ ...brisk, others: 5 })).toBe(0);
  });
});

test("a viewer that returns still has its peers: one offer, and an interval after which it is no newcomer", () => {
  expect(offersWanted(returning)).toBe(1);
  expect(spanOf(returning)).toEqual([360, 540]);
  expect(offersWanted({ ...settled, seatedSeconds: 360, secondsSinceHelp: 360 })).toBe(0);
});

test("a crowd that announces in the same second is spread over four minutes at its first long wait", () => {
  const next = Array.from({ length: 100 }, (_, n) => intervalSeconds(third, () => n / 100));
  expect(Math.max(...next) - Math.min(...next)).toBeGreaterThan(240);
});

describe("a refused client", () => {
  test("may try again soon after an outage", () => {
    expect(refusedIntervalSeconds("Unavailable", () => 0)).toBe(60);
    expect(refusedIntervalSeconds("Unavailable", () => 0.999999)).toBe(120);
  });

  test("waits long if it sent too much", () => {
    expect(refusedIntervalSeconds("TooOften", () => 0)).toBe(270);
    expect(refusedIntervalSeconds("TooOften", () => 0.999999)).toBe(540);
  });
});
