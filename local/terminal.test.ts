import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OnAir } from "./medialive/channel.ts";
import { newsLines, onAirText, type Status } from "./terminal/status-text.ts";
import { Terminal } from "./terminal.ts";

const CARD: OnAir = {
  source: "test card",
  address: null,
  video: { codec: "h264", width: 1280, height: 720 },
  audio: { codec: "aac", sampleRate: 48_000, channels: 2 },
  bitsPerSecond: 2_940_000,
};

const PUBLISHER: OnAir = { ...CARD, source: "publisher", address: "127.0.0.1", bitsPerSecond: 6_000_000 };

const STATUS: Status = {
  playerUrls: ["http://localhost:8080/", "http://192.168.1.7:8080/"],
  obs: { server: "rtmp://localhost/live", backupServer: null, streamKey: "the-key" },
  channelState: "RUNNING",
  onAir: CARD,
  viewers: 0,
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function terminal(options: { isTTY?: boolean; columns?: number; quiet?: boolean } = {}) {
  let written = "";
  const output = { isTTY: false, write: (text: string) => (written += text), ...options };
  return {
    terminal: new Terminal(output, { plain: false, quiet: options.quiet ?? false }),
    /** What was written since the last call. */
    news: () => {
      const text = written;
      written = "";
      return text;
    },
  };
}

/** What a terminal shows after this output: it knows of "up and clear below" and nothing else. */
function screen(output: string): string[] {
  const lines: string[] = [];
  const esc = String.fromCharCode(27);
  for (const part of output.split(new RegExp(`(${esc}\\[\\d+A${esc}\\[J)`))) {
    const up = new RegExp(`^${esc}\\[(\\d+)A`).exec(part)?.[1];
    if (up) lines.splice(-Number(up));
    else lines.push(...part.split("\n").slice(0, -1));
  }
  return lines;
}

test("where SRT comes in, OBS's key stays empty", () => {
  const srt = { ...STATUS, obs: { ...STATUS.obs, streamKey: null } };
  expect(newsLines(undefined, srt).join("\n")).toMatch(/Stream Key stays empty/);
});

test("the player, OBS's two fields, what is on the air and the viewers are shown", () => {
  const { terminal: shown, news } = terminal();
  shown.show(STATUS);
  expect(news().split("\n")).toEqual([
    "Watch        http://localhost:8080/",
    "On a phone   http://192.168.1.7:8080/",
    "In OBS       Settings, Stream, Service: Custom...",
    "  Server     rtmp://localhost/live",
    "  Stream Key the-key",
    "On the air   test card, 1280×720, 2.9 Mbit/s",
    "Viewers      none in the swarm",
    "",
  ]);
});

test("the server for a second encoder is shown where there is one", () => {
  const { terminal: shown, news } = terminal();
  shown.show({ ...STATUS, obs: { ...STATUS.obs, backupServer: "rtmp://localhost:1936/live" } });
  expect(news()).toContain("  Server     rtmp://localhost/live\n  Second OBS rtmp://localhost:1936/live\n");
});

test.each<[string, OnAir]>([
  ["publisher at 127.0.0.1, 1280×720, 6.0 Mbit/s", PUBLISHER],
  ["publisher at 127.0.0.1, no picture, 0.1 Mbit/s", { ...PUBLISHER, video: null, bitsPerSecond: 128_000 }],
  ["publisher at 127.0.0.1, 1280×720, no sound", { ...PUBLISHER, audio: null, bitsPerSecond: 0 }],
  ["publisher, 1280×720, 6.0 Mbit/s", { ...PUBLISHER, address: null }],
  ["nothing yet", { ...CARD, source: "nothing" }],
])("%s", (text, onAir) => {
  expect(onAirText(onAir)).toBe(text);
});

test("only what changed is news, and a bit rate isn't", () => {
  expect(newsLines(STATUS, { ...STATUS, viewers: 2 })).toEqual(["Viewers      2 in the swarm"]);
  expect(newsLines(STATUS, { ...STATUS, onAir: PUBLISHER })).toEqual([
    "On the air   publisher at 127.0.0.1, 1280×720, 6.0 Mbit/s",
  ]);
  expect(newsLines(STATUS, { ...STATUS, onAir: { ...CARD, bitsPerSecond: 1 } })).toEqual([]);
});

test("a channel that is stopped says how to start it, and each change of its state is news", () => {
  const stopping: Status = { ...STATUS, channelState: "STOPPING" };
  const stopped: Status = { ...STATUS, channelState: "IDLE" };
  expect(newsLines(STATUS, stopping)).toEqual(["On the air   nothing, the channel is stopping"]);
  expect(newsLines(stopping, stopped)).toEqual([
    "On the air   nothing, the channel is stopped: npm run live -- start --local",
  ]);
  expect(newsLines(stopped, STATUS)).toEqual([expect.stringMatching(/^On the air {3}test card/)]);
});

test("in a pipe, a swarm that changes a hundred times a second is a line every five seconds", () => {
  const { terminal: piped, news } = terminal();
  piped.show(STATUS);
  news();
  for (let viewers = 1; viewers <= 1000; viewers++) {
    piped.show({ ...STATUS, viewers });
    vi.advanceTimersByTime(10);
  }
  expect(news().split("\n")).toEqual(["Viewers      500 in the swarm", "Viewers      1000 in the swarm", ""]);
});

test("in a pipe there are no control characters", () => {
  const { terminal: piped, news } = terminal();
  piped.show(STATUS);
  piped.say("something happened");
  expect(news()).not.toContain(String.fromCharCode(27));
});

test("in a terminal the same lines are drawn over, at most twice a second", () => {
  const { terminal: drawn, news } = terminal({ isTTY: true, columns: 100 });
  let output = "";
  for (let viewers = 1; viewers <= 100; viewers++) {
    drawn.show({ ...STATUS, viewers });
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(500);
  output += news();
  expect(output.split("Ctrl-C ends it.")).toHaveLength(4);
  const lines = screen(output);
  expect(lines.filter((line) => line.startsWith("Viewers"))).toEqual(["Viewers      100 in the swarm"]);
});

test("what hasn't changed isn't drawn again", () => {
  const { terminal: drawn, news } = terminal({ isTTY: true });
  drawn.show(STATUS);
  news();
  vi.advanceTimersByTime(1000);
  drawn.show({ ...STATUS });
  expect(news()).toBe("");
});

test("what happens stays above the status", () => {
  const { terminal: drawn, news } = terminal({ isTTY: true, columns: 100 });
  drawn.show(STATUS);
  drawn.say("a publisher was refused");
  const lines = screen(news());
  expect(lines[0]).toBe("a publisher was refused");
  expect(lines.filter((line) => line.startsWith("Viewers"))).toHaveLength(1);
});

test("no line is wider than the terminal", () => {
  const { terminal: drawn, news } = terminal({ isTTY: true, columns: 20 });
  drawn.show(STATUS);
  for (const line of screen(news())) expect(line.length).toBeLessThan(20);
});

test("when it is to be quiet, only warnings are seen", () => {
  const { terminal: quiet, news } = terminal({ quiet: true });
  quiet.show(STATUS);
  quiet.say("something happened");
  quiet.warn("something is wrong");
  expect(news()).toBe("something is wrong\n");
});

test("of several addresses in the network, only the first is said to be for a phone", () => {
  const playerUrls = ["http://localhost:8080/", "http://192.168.1.7:8080/", "http://10.0.0.2:8080/"];
  expect(newsLines(undefined, { ...STATUS, playerUrls }).slice(0, 3)).toEqual([
    "Watch        http://localhost:8080/",
    "On a phone   http://192.168.1.7:8080/",
    "             http://10.0.0.2:8080/",
  ]);
});
