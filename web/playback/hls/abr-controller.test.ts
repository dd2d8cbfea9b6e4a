import type Hls from "hls.js";
import type { HlsConfig } from "hls.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { abrControllerOver } from "./abr-controller.ts";

class Base {
  hls: { loadLevel: number } | null;
  suggestion = 2;

  constructor(hls: { loadLevel: number }) {
    this.hls = hls;
  }

  get nextAutoLevel(): number {
    return this.suggestion;
  }

  set nextAutoLevel(level: number) {
    this.suggestion = level;
  }
}

let hls: { loadLevel: number };
let asked: { suggested: number; secondsSinceSwitch: number }[];
let controller: Base;

beforeEach(() => {
  vi.useFakeTimers();
  hls = { loadLevel: 0 };
  asked = [];
  const Controller = abrControllerOver(
    Base as unknown as HlsConfig["abrController"],
    (_hls, suggested, secondsSinceSwitch) => {
      asked.push({ suggested, secondsSinceSwitch });
      return 1;
    },
  );
  controller = new Controller(hls as unknown as Hls) as unknown as Base;
});

afterEach(() => vi.useRealTimers());

test("each suggestion of hls.js is passed to the function, whose answer counts", () => {
  expect(controller.nextAutoLevel).toBe(1);
  expect(asked[0]?.suggested).toBe(2);
});

test("the first rendition counts as played forever, the next since its switch", () => {
  void controller.nextAutoLevel;
  hls.loadLevel = 1;
  void controller.nextAutoLevel;
  vi.advanceTimersByTime(3000);
  void controller.nextAutoLevel;
  expect(asked.map(({ secondsSinceSwitch }) => secondsSinceSwitch)).toEqual([Number.POSITIVE_INFINITY, 0, 3]);
});

test("before a rendition is loaded, hls.js's suggestion holds", () => {
  hls.loadLevel = -1;
  expect(controller.nextAutoLevel).toBe(2);
});

test("a level that hls.js sets becomes its suggestion", () => {
  controller.nextAutoLevel = 3;
  void controller.nextAutoLevel;
  expect(asked[0]?.suggested).toBe(3);
});
