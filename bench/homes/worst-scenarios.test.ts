import { expect, it } from "vitest";
import { STREAM_KILOBITS } from "./access-lines.ts";
import type { Scenario } from "./scenario.ts";
import { narrowDownlink, uplinkCollapse, weakUplinks } from "./worst-scenarios.ts";

const small = { viewers: 3, measured: { from: 10, to: 40 } };

function homesWith({ routers }: Scenario, direction: "up" | "down", most: number): number {
  return routers.filter(({ line }) => line && line[direction].kilobitsPerSecond <= most).length;
}

it("gives every viewer a home that it enters", () => {
  for (const scenario of [narrowDownlink(small), weakUplinks(small), uplinkCollapse(small)]) {
    expect(scenario.routers).toHaveLength(3);
    expect(scenario.events.filter(({ does }) => does === "enter")).toHaveLength(3);
  }
});

it("narrows one downlink, to little more than the stream", () => {
  expect(homesWith(narrowDownlink(small), "down", STREAM_KILOBITS * 1.25)).toBe(1);
  expect(homesWith(narrowDownlink(small), "down", STREAM_KILOBITS)).toBe(0);
});

it("weakens half of the uplinks, and one more if the number is odd", () => {
  expect(homesWith(weakUplinks(small), "up", STREAM_KILOBITS / 4)).toBe(2);
  expect(homesWith(weakUplinks({ ...small, viewers: 6 }), "up", STREAM_KILOBITS / 4)).toBe(3);
});

it("lets an uplink collapse soon after measuring began", () => {
  const change = uplinkCollapse(small).events.find(({ does }) => does === "change-line");
  expect(change).toMatchObject({ at: 15, router: 0, line: { up: { kilobitsPerSecond: 200 } } });
});
