import { expect, test, vi } from "vitest";
import { Emitter } from "../playback/emitter.ts";
import type { LiveSession, LiveSessionEvents, Quality } from "../playback/session.ts";
import { mirrorQualities, type QualityLevels } from "./videojs-qualities.ts";

const ladder: Quality[] = [
  { index: 0, width: 640, height: 360, bitsPerSecond: 800_000, framesPerSecond: 30 },
  { index: 1, width: 1280, height: 720, bitsPerSecond: 2_800_000, framesPerSecond: 60 },
];

type Level = Parameters<QualityLevels["addQualityLevel"]>[0];

function mirrored() {
  const events = new Emitter<LiveSessionEvents>();
  const chooseQuality = vi.fn();
  const session = { on: events.on.bind(events), chooseQuality } as unknown as LiveSession;
  const list: Level[] = [];
  const levels = {
    selectedIndex_: -1,
    addQualityLevel: (level: Level) => {
      list.push(level);
      return level;
    },
    removeQualityLevel: (level: object) => void list.splice(list.indexOf(level as Level), 1),
    trigger: vi.fn(),
    dispose: () => {},
  };
  const remove = mirrorQualities(session, levels);
  events.emit("qualities", ladder);
  return { events, chooseQuality, list, levels, remove };
}

test("every quality is a level, and enabled at first", () => {
  const { list } = mirrored();
  expect(list.map(({ id, height, bitrate, frameRate }) => [id, height, bitrate, frameRate])).toEqual([
    ["0", 360, 800_000, 30],
    ["1", 720, 2_800_000, 60],
  ]);
  expect(list.map(({ enabled }) => enabled())).toEqual([true, true]);
});

test("the only enabled level is chosen, and enabling another lets the session choose", () => {
  const { list, chooseQuality } = mirrored();
  list[0]?.enabled(false);
  expect(list[0]?.enabled()).toBe(false);
  list[0]?.enabled(true);
  expect(chooseQuality.mock.calls).toEqual([[1], ["auto"]]);
});

test("without any enabled level the session chooses", () => {
  const { list, chooseQuality } = mirrored();
  for (const { enabled } of list) enabled(false);
  expect(chooseQuality).toHaveBeenLastCalledWith("auto");
});

test("a change of quality selects its level and triggers an event", () => {
  const { events, levels } = mirrored();
  const [, hd] = ladder;
  if (hd) events.emit("quality", hd);
  expect(levels.selectedIndex_).toBe(1);
  expect(levels.trigger).toHaveBeenCalledWith({ type: "change", selectedIndex: 1 });
});

test("the levels can be removed for the player's next source", () => {
  const { list, remove } = mirrored();
  remove();
  expect(list).toEqual([]);
});
