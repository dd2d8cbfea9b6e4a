import { expect, it } from "vitest";
import { rowsOf } from "./line-rows.ts";
import { planNetwork } from "./network.ts";
import type { Pipe, Router } from "./scenario.ts";

const pipe: Pipe = { kilobitsPerSecond: 5_000, queueMs: 300, delayMs: 20, jitterMs: 3, lossPercent: 0.5 };

function rows(router: Router): string[] {
  const routers = [router];
  return rowsOf(routers, planNetwork({ routers }).pairs).trimEnd().split("\n");
}

it("writes a row for each direction and one for the pair that they join", () => {
  const line = { up: pipe, down: { ...pipe, kilobitsPerSecond: 20_000 } };
  expect(rows({ nat: "cone", line, homes: 1 })).toEqual([
    "pipe r0-up 5000 300 20 3 0.5",
    "pipe r0-down 20000 300 20 3 0.5",
    "pair w0a w0b r0-up r0-down",
  ]);
});

it("leaves a router without a line unlimited", () => {
  expect(rows({ nat: "cone", line: null, homes: 1 })[0]).toBe("pipe r0-up 0 0 0 0 0");
});

it("names every pipe above the pairs that use it", () => {
  const all = rows({ nat: "cone", line: null, homes: 2, air: pipe, cdnPath: { up: pipe, down: pipe } });
  const known = new Set<string>();
  for (const [kind, ...words] of all.map((row) => row.split(" "))) {
    if (kind === "pipe") known.add(words[0] ?? "");
    else expect(words.slice(2).every((name) => known.has(name))).toBe(true);
  }
  expect(all).toHaveLength(5 + 4);
});
