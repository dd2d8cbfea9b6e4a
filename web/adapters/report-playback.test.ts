import { beforeEach, describe, expect, test, vi } from "vitest";
import { parseReport } from "../../functions/insights/report.ts";
import { ticketsFor } from "../../test/doubles/tickets.ts";
import { Emitter } from "../playback/emitter.ts";
import { StatsCounter } from "../playback/stats.ts";
import type { Stream } from "../playback/stream.ts";
import { SharingChoice } from "../policy/sharing-choice.ts";
import { beginReports } from "./begin-reports.ts";

const source = { address: "https://live.example.com/reports", pace: "https://live.example.com/reports.json" };

let counter: StatsCounter;
let posted: string[];
let asked: string[];
let around: string;

beforeEach(() => {
  counter = new StatsCounter();
  counter.firstFrame(0.5);
  posted = [];
  asked = [];
  around = "";
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("document", { hidden: false });
  vi.stubGlobal("HTMLMediaElement", { HAVE_FUTURE_DATA: 3 });
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("fetch", async (address: string, { body }: RequestInit = {}) => {
    asked.push(address);
    if (body) posted.push(String(body));
    return Response.json({ probability: 1, seconds: 240, ramp: 1, now: Date.now(), pace: null });
  });
  return () => vi.unstubAllGlobals();
});

const policy = { mode: "on", ramp: 1 } as const;

const counted = {
  get stats() {
    return counter.read(performance.now() / 1000);
  },
};

const video = {
  paused: false,
  readyState: 4,
  closest: (selector: string) => (selector === around ? {} : null),
} as unknown as HTMLVideoElement;

/** Plays by this player, and leaves. Returns what the border makes of the last report. */
async function reportOf(by: object, happen = () => {}, changes: Partial<Stream> = {}) {
  const stream = {
    tickets: await ticketsFor("https://live.example.com"),
    reportsTo: source,
    ...changes,
  } as unknown as Stream;
  posted = [];
  asked = [];
  const end = beginReports(stream, { video, by, counted, choice: new SharingChoice(policy, null) });
  await vi.dynamicImportSettled();
  await new Promise((resolve) => setTimeout(resolve));
  happen();
  end();
  const [text] = posted;
  if (text === undefined) return null;
  const report = parseReport(text, Date.now());
  if (typeof report === "string") throw new Error(report);
  return report;
}

const hls = () => {
  const events = new Emitter<{ hlsError: unknown }>();
  const listeners = new Map<unknown, () => void>();
  return {
    levels: [{ bitrate: 800_000 }, { bitrate: 3_000_000 }],
    currentLevel: 1,
    on: (name: "hlsError", listener: (name: string, data: unknown) => void) =>
      listeners.set(
        listener,
        events.on(name, (data) => listener(name, data)),
      ),
    off: (_: string, listener: unknown) => listeners.get(listener)?.(),
    fails: (fatal: boolean, type: string) => events.emit("hlsError", { fatal, type }),
  };
};

const shaka = (tracks = [{ active: false }, { active: true, bandwidth: 2_000_000 }]) => {
  const target = new EventTarget();
  return {
    load: () => {},
    getVariantTracks: () => tracks,
    addEventListener: target.addEventListener.bind(target),
    removeEventListener: target.removeEventListener.bind(target),
    fails: (severity: number, category: number) =>
      target.dispatchEvent(Object.assign(new Event("error"), { detail: { severity, category } })),
  };
};

describe("a player of another's", () => {
  test("hls.js: its level, and what it couldn't get over", async () => {
    const player = hls();
    const report = await reportOf(player, () => {
      player.fails(false, "networkError");
      player.fails(true, "networkError");
      player.fails(true, "mediaError");
    });
    expect(report).toMatchObject({
      player: "hls.js",
      kilobitsPerSecond: 3_000,
      startMs: 500,
      errors: ["cdn-failing", "media-broken"],
    });
    expect(await reportOf({ ...hls(), currentLevel: -1 })).toMatchObject({ kilobitsPerSecond: null });
  });

  test("Shaka: its variant, and what it couldn't get over", async () => {
    const player = shaka();
    const report = await reportOf(player, () => {
      player.fails(1, 1);
      player.fails(2, 1);
      player.fails(2, 3);
    });
    expect(report).toMatchObject({
      player: "shaka",
      kilobitsPerSecond: 2_000,
      errors: ["cdn-failing", "media-broken"],
    });
    expect(await reportOf(shaka([]))).toMatchObject({ kilobitsPerSecond: null });
  });

  test("one around a live session is named by what its video is in", async () => {
    counter.quality(0);
    const session = {
      ...counted,
      qualities: [{ bitsPerSecond: 1_000_000 }],
      error: null,
      on: () => () => {},
    };
    expect(await reportOf(session)).toMatchObject({ player: "page", kilobitsPerSecond: 1_000 });
    around = ".plyr";
    expect(await reportOf(session)).toMatchObject({ player: "plyr" });
    around = "media-player";
    expect(await reportOf(hls())).toMatchObject({ player: "vidstack" });
  });

  test("that had to be reported before its first frame has no start yet", async () => {
    counter = new StatsCounter();
    expect(await reportOf(hls())).toMatchObject({ startMs: null });
  });
});

describe("nothing is loaded or asked", () => {
  test.each([
    ["where the page says no", { reports: false }],
    ["where the deployment takes no reports", { reportsTo: null }],
  ])("%s", async (_, changes) => {
    expect(await reportOf(hls(), () => {}, changes)).toBeNull();
    expect(asked).toEqual([]);
  });
  test("for a viewer without a ticket", async () => {
    const none = { tickets: undefined } as unknown as Partial<Stream>;
    expect(await reportOf(hls(), () => {}, none)).toBeNull();
    expect(asked).toEqual([]);
  });
});

test("a script that can't be loaded changes nothing for the viewer", async () => {
  const told = vi.spyOn(console, "info").mockImplementation(() => {});
  const broken = {
    get levels(): never {
      throw new Error("gone");
    },
  };
  expect(await reportOf(broken)).toBeNull();
  expect(told).toHaveBeenCalledOnce();
});
