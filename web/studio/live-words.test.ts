import { describe, expect, test } from "vitest";
import {
  autoStopWords,
  keyElsewhereWords,
  keyWords,
  nextLookMilliseconds,
  stateWords,
} from "./live-words.ts";

const idle = { state: "IDLE", picture: null, isKeyTurning: false, dollarsAnHour: 1.5 } as const;
const here = { ...idle, dollarsAnHour: null };
const NOW = 1_800_000_000;

describe("a channel", () => {
  test("off the air says what it would cost", () => {
    expect(stateWords(idle, 5)).toEqual({
      headline: "Off the air.",
      hint: "On the air it costs $1.50 an hour before anybody watches, and ten minutes of that at least.",
    });
    expect(stateWords(here, 5).hint).toBe("On this machine it costs nothing.");
  });
  test.each([
    ["STARTING", "Starting.", "For 1:05 now. It usually takes three minutes, rarely ten."],
    ["STOPPING", "Stopping.", "For 1:05 now. It usually takes one to two minutes."],
    ["RECOVERING", "An encoder failed, and MediaLive restarts it.", "For 1:05 now, by itself."],
    ["UPDATE_FAILED", "The channel is UPDATE_FAILED.", "It is being deployed, or that failed."],
  ] as const)("that is %s says how long that usually takes", (state, headline, hint) => {
    const words = stateWords({ ...idle, state }, 65);
    expect(words).toEqual({ headline, hint: expect.stringContaining(hint) });
  });
  test("on this machine takes seconds", () => {
    expect(stateWords({ ...here, state: "STARTING" }, 0).hint).toBe(
      "For 0:00 now. It usually takes a few seconds.",
    );
  });
  test("on the air says whether viewers have a picture", () => {
    const running = { ...idle, state: "RUNNING" } as const;
    const withPicture = { ...running, picture: { isThere: true, since: NOW } };
    expect(stateWords(withPicture, 0).headline).toBe("On the air: viewers have a picture.");
    for (const picture of [null, { isThere: false, since: NOW }])
      expect(stateWords({ ...running, picture }, 0)).toEqual({
        headline: "On the air, without a picture.",
        hint: expect.stringContaining("Start Streaming in OBS"),
      });
  });
  test("that stops for another key says so", () => {
    const turning = { ...idle, isKeyTurning: true };
    expect(stateWords({ ...turning, state: "STOPPING" }, 0).headline).toContain("another stream key");
    expect(stateWords(turning, 0).headline).toContain("another stream key");
  });
});

describe("another stream key", () => {
  test("cuts nobody off while nothing is on the air", () => {
    for (const state of ["IDLE", "STOPPING"] as const)
      expect(keyWords({ ...idle, state })).toContain("nobody is cut off");
  });
  test("costs viewers the picture while something is", () => {
    for (const state of ["STARTING", "RUNNING", "RECOVERING"] as const)
      expect(keyWords({ ...idle, state })).toContain("viewers have no picture for about five minutes");
    expect(keyWords({ ...here, state: "RUNNING" })).toContain("for some seconds");
  });
});

test("auto-stop is counted down in minutes", () => {
  const words = (seconds: number) => autoStopWords({ stopsAt: NOW + seconds, keptUntil: null }, NOW);
  expect(words(400)).toBe("Nothing comes in: the channel stops by itself in about 7 minutes.");
  expect(words(50)).toContain("in about 1 minute.");
  for (const seconds of [0, -60]) expect(words(seconds)).toContain("within five minutes");
  expect(autoStopWords({ stopsAt: null, keptUntil: null }, NOW)).toBe("");
  expect(autoStopWords({ stopsAt: NOW, keptUntil: NOW + 60 }, NOW)).toMatch(
    /^Runs on until .*\d.*, whatever/,
  );
});

test("what changes is looked at more often", () => {
  expect(nextLookMilliseconds(idle)).toBe(10_000);
  for (const changing of [{ state: "STARTING" }, { isKeyTurning: true }] as const)
    expect(nextLookMilliseconds({ ...idle, ...changing })).toBe(2_000);
});

test("who isn't shown a stream key is told where it is", () => {
  expect(keyElsewhereWords(["rtmp://192.0.2.1:1935/live"])).toBe("An owner tells you the stream key.");
  expect(keyElsewhereWords([])).toBe("An owner tells you the stream key.");
  expect(keyElsewhereWords(["srt://192.0.2.1:5050"])).toContain("passphrase");
});
