import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FakeConnection, pair } from "../../test/doubles/peer-connection.ts";
import { PathPace } from "../sharing/path-pace.ts";
import { UplinkBudget } from "../sharing/uplink-budget.ts";
import { spareOf } from "../sharing/uplink-share.ts";
import { DelayProbe } from "./delay-probe.ts";
import { Uplink, type UplinkEvent } from "./uplink.ts";

let here: FakeConnection;
let there: FakeConnection;
let events: UplinkEvent[];
let uplink: Uplink;
let theirs: DelayProbe;

beforeEach(() => {
  vi.useFakeTimers();
  [here, there] = pair();
  events = [];
  theirs = new DelayProbe(there, () => {});
});

afterEach(() => {
  uplink.destroy();
  theirs.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function starts(knownBitsPerSecond: number | null): void {
  uplink = new Uplink({ knownBitsPerSecond, onRoom: () => {}, onEvent: (event) => events.push(event) });
}

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const probes = () => here.channel?.sent.length;

function send(bytes: number, stopping = new AbortController()): Promise<void> {
  const sending = uplink.send(new ArrayBuffer(bytes), here, stopping.signal, () => {});
  sending.catch(() => {});
  return sending;
}

test("a connection is probed at once and then every second, ten times as often while something is sent to it", async () => {
  starts(1_000_000);
  uplink.opened(here);
  expect(probes()).toBe(1);
  await pass(3);
  expect(probes()).toBe(4);
  void send(100_000);
  await pass(0.95);
  expect(probes()).toBe(13);
});

test("a closed connection isn't probed, and the budget forgets it", async () => {
  const forgotten = vi.spyOn(UplinkBudget.prototype, "closed");
  starts(null);
  uplink.opened(here);
  uplink.closed(here);
  uplink.closed(here);
  await pass(3);
  expect(probes()).toBe(1);
  expect(forgotten).toHaveBeenCalledOnce();
});

test("a peer that can't be probed is served all the same", async () => {
  starts(null);
  void send(1000);
  await pass(1);
  expect(here.written).toEqual([1000]);
  here.channel = null;
  uplink.opened(here);
  void send(1000);
  await pass(1);
  expect(here.written).toEqual([1000, 1000]);
});

test("the connection that is being served is probed more often, and two others as its witnesses", async () => {
  starts(1_000_000);
  const others = Array.from({ length: 3 }, () => {
    const [idle, idleThere] = pair();
    return { idle, probe: new DelayProbe(idleThere, () => {}) };
  });
  uplink.opened(here);
  for (const { idle } of others) uplink.opened(idle);
  void send(100_000);
  await pass(0.5);
  expect([probes(), ...others.map(({ idle }) => idle.channel?.sent.length)]).toEqual([6, 6, 6, 1]);
  for (const { probe } of others) probe.close();
});

test("what is sent over a connection follows its path's pace, which hears of each reply with the uplink's own queue", async () => {
  const probed = vi.spyOn(PathPace.prototype, "probed");
  const sent = vi.spyOn(PathPace.prototype, "sent");
  vi.spyOn(UplinkBudget.prototype, "queueSeconds").mockReturnValue(0.03);
  starts(1_000_000);
  uplink.opened(here);
  expect(probed.mock.lastCall?.[1]).toBe(0.03);
  vi.spyOn(PathPace.prototype, "secondsUntilRoom").mockReturnValue(1);
  void send(1000);
  await pass(0.5);
  expect(here.written).toEqual([]);
  vi.mocked(PathPace.prototype.secondsUntilRoom).mockReturnValue(0);
  await pass(1);
  expect(here.written).toEqual([1000]);
  expect(sent).toHaveBeenCalledOnce();
});

test("those whose replies come soonest are the witnesses", async () => {
  starts(1_000_000);
  uplink.opened(here);
  const others = [30, 10, 20].map((milliseconds) => {
    const [idle, idleThere] = pair();
    const probe = new DelayProbe(idleThere, () => {});
    if (idleThere.channel) idleThere.channel.delayMilliseconds = milliseconds;
    uplink.opened(idle);
    return { idle, probe };
  });
  await pass(1.05);
  const before = others.map(({ idle }) => idle.channel?.sent.length ?? 0);
  void send(100_000);
  await pass(0.5);
  const sent = others.map(({ idle }, index) => (idle.channel?.sent.length ?? 0) - (before[index] ?? 0));
  expect(sent).toEqual([0, 5, 5]);
  uplink.destroy();
  await pass(0.1);
  for (const { probe } of others) probe.close();
});

test("a connection is given up when what waits in it would take seconds to leave a collapsed uplink", async () => {
  const measured = vi.spyOn(UplinkBudget.prototype, "uplinkBitsPerSecond", "get").mockReturnValue(5_000_000);
  starts(5_000_000);
  uplink.opened(here);
  // They are sent at once, and none of them is seen to arrive.
  vi.spyOn(UplinkBudget.prototype, "secondsUntilRoom").mockReturnValue(0);
  void send(100_000);
  await pass(0.5);
  expect(here.destroying).toBe(false);
  measured.mockReturnValue(200_000);
  await pass(0.5);
  expect(here.destroying).toBe(true);
});

test("under a long queue, what a peer received lately tells that the uplink has collapsed", async () => {
  const hasLongQueue = vi.spyOn(UplinkBudget.prototype, "hasLongQueue").mockReturnValue(false);
  const recent = vi.spyOn(PathPace.prototype, "recentBitsPerSecond", "get").mockReturnValue(200_000);
  vi.spyOn(PathPace.prototype, "bytesUnderWay", "get").mockReturnValue(50_000);
  starts(5_000_000);
  uplink.opened(here);
  void send(1_000);
  await pass(0.5);
  hasLongQueue.mockReturnValue(true);
  for (const bitsPerSecond of [null, 300_000]) {
    recent.mockReturnValue(bitsPerSecond);
    await pass(0.3);
    expect(here.destroying).toBe(false);
  }
  recent.mockReturnValue(200_000);
  await pass(1);
  expect(here.destroying).toBe(true);
  expect(uplink.bitsPerSecond).toBe(200_000);
});

test("uploads that would take ever so long over a collapsed uplink are broken off, and it is probed less", async () => {
  const spare = vi.spyOn(UplinkBudget.prototype, "spareBitsPerSecond", "get").mockReturnValue(4_000_000);
  starts(5_000_000);
  uplink.opened(here);
  vi.spyOn(UplinkBudget.prototype, "secondsUntilRoom").mockReturnValue(1);
  let end: unknown;
  send(375_000).catch((error: unknown) => {
    end = error;
  });
  await pass(1);
  spare.mockReturnValue(400_000);
  await pass(1);
  expect(uplink.load.active).toBe(1);
  spare.mockReturnValue(150_000);
  await pass(0.2);
  expect(end).toEqual(new Error("The upload was broken off"));
  const before = probes() ?? 0;
  await pass(2);
  expect((probes() ?? 0) - before).toBeLessThan(4);
});

test("the budget gets each connection's samples under a name of its own", () => {
  const probed = vi.spyOn(UplinkBudget.prototype, "probed");
  starts(null);
  uplink.opened(here);
  const [other, otherThere] = pair();
  const others = new DelayProbe(otherThere, () => {});
  uplink.opened(other);
  expect(new Set(probed.mock.calls.map(([{ peerId }]) => peerId)).size).toBe(2);
  others.close();
});

test("a segment takes the time that the budget gives it", async () => {
  starts(1_000_000);
  uplink.opened(here);
  let isDone = false;
  void send(75_000).then(() => {
    isDone = true;
  });
  expect(uplink.load).toMatchObject({ active: 1, spareBitsPerSecond: spareOf(1_000_000) });
  await pass(0.6);
  expect(isDone).toBe(false);
  await pass(0.4);
  expect(isDone).toBe(true);
  expect(uplink.load).toMatchObject({ active: 0, backlogBytes: 0 });
});

test("an upload that is about to begin counts", async () => {
  starts(null);
  uplink.expect(1000);
  expect(uplink.load).toEqual({
    active: 1,
    backlogBytes: 1000,
    leavesRoom: false,
    spareBitsPerSecond: null,
  });
  await pass(0);
});

test("an uplink that is to be measured anew is reported, and stays what is remembered", async () => {
  starts(100_000);
  uplink.opened(here);
  await pass(62);
  expect(events.at(-1)).toEqual({ type: "uplink", bitsPerSecond: null });
  expect(events.filter(({ type }) => type === "uplink-measured")).toHaveLength(1);
  expect(uplink.load.spareBitsPerSecond).toBeNull();
});

test("what is remembered is reported once there is a peer", () => {
  starts(1_000_000);
  expect(events).toEqual([]);
  uplink.opened(here);
  expect(events).toEqual([
    { type: "uplink", bitsPerSecond: spareOf(1_000_000) },
    { type: "uplink-measured", bitsPerSecond: 1_000_000 },
  ]);
});

test("a connection that isn't probed has no round trip", () => {
  starts(null);
  expect(uplink.roundTripSeconds(here)).toBeNull();
  expect(uplink.bitsPerSecond).toBeNull();
});

test("only a noticeable change is reported", () => {
  const spare = vi.spyOn(UplinkBudget.prototype, "spareBitsPerSecond", "get");
  starts(null);
  const reports = [null, 1000, 1049, 951, 1060, 0, 0, 10].map((bitsPerSecond) => {
    spare.mockReturnValue(bitsPerSecond);
    const [one] = pair();
    uplink.opened(one);
    return events.splice(0).map((event) => event.bitsPerSecond);
  });
  expect(reports).toEqual([[], [1000], [], [], [1060], [0], [], [10]]);
});

test("a cancelled upload measures the uplink too", async () => {
  starts(null);
  uplink.opened(here);
  const capacity = vi.spyOn(UplinkBudget.prototype, "uplinkBitsPerSecond", "get").mockReturnValue(null);
  const stopping = new AbortController();
  void send(1_000_000, stopping);
  await pass(0.2);
  capacity.mockReturnValue(400_000);
  await pass(0.1);
  stopping.abort();
  expect(events).toContainEqual({ type: "uplink-measured", bitsPerSecond: 400_000 });
  await pass(0);
  expect(uplink.load.active).toBe(0);
});
