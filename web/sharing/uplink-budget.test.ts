import { expect, test } from "vitest";
import { Chance } from "../../bench/chance.ts";
import { HomeLine } from "../../test/doubles/home-line.ts";
import { UplinkBudget } from "./uplink-budget.ts";
import { spareOf } from "./uplink-share.ts";

const MBIT = 1_000_000;
const RATES = [0.375, 1, 1.5, 5, 20, 100].map((mbit) => mbit * MBIT);

/** Two peers whose clocks differ by hours, in opposite directions. */
function home(bitsPerSecond: number, { known = null as number | null, noiseSeconds = 0.03, seed = 1 } = {}) {
  const budget = new UplinkBudget(known);
  const line = new HomeLine({ budget, bitsPerSecond, noiseSeconds, chance: new Chance(seed).next });
  line.connect("near", { clockOffset: 7_200 });
  line.connect("far", { clockOffset: -10_000 });
  return { budget, line };
}

/** Runs with as much to send to both peers as the uplink carries. */
function keepBusy(line: HomeLine, seconds: number): void {
  let wantedAt = line.now;
  line.run(seconds, () => {
    if (line.now < wantedAt) return;
    wantedAt += 0.5;
    for (const peer of ["near", "far"]) line.want(peer, line.bitsPerSecond / 16);
  });
}

/** Runs with a segment of 375 KB every 2 s, to one peer after the other. */
function sendSegments(line: HomeLine, seconds: number): void {
  let wantedAt = line.now;
  let peer = "near";
  line.run(seconds, () => {
    if (line.now < wantedAt) return;
    wantedAt += 2;
    line.want(peer, 375_000);
    peer = peer === "near" ? "far" : "near";
  });
}

/** For 50 to 350 ms at a time, with 600 ms between them on average. */
function oftenBusy(chance: Chance): (at: number) => number {
  const stretches: { from: number; to: number }[] = [];
  for (let to = 0; to < 120; ) {
    const from = to + chance.lasting(0.6);
    to = from + chance.between(0.05, 0.35);
    stretches.push({ from, to });
  }
  return (at) => stretches.find(({ from, to }) => at >= from && at < to)?.to ?? at;
}

for (const rate of RATES) {
  test(`an uplink of ${rate / MBIT} Mbit/s keeps a short queue, is used, and is measured`, () => {
    const { budget, line } = home(rate);
    keepBusy(line, 60);
    const { queueP95, utilisation } = line.stats(1);
    expect(queueP95).toBeLessThan(0.05);
    expect(utilisation).toBeGreaterThan((0.85 * spareOf(rate)) / rate);
    expect((budget.uplinkBitsPerSecond ?? 0) / rate).toBeGreaterThan(0.75);
    expect((budget.uplinkBitsPerSecond ?? 0) / rate).toBeLessThan(1.25);
  });

  test(`an uplink of ${rate / MBIT} Mbit/s keeps a short queue when a segment is sent every 2 s`, () => {
    const { line } = home(rate);
    sendSegments(line, 60);
    expect(line.stats(1).queueP95).toBeLessThan(0.05);
  });
}

test("a queue is seen however many connections there are that are hardly probed", () => {
  for (const rate of [1.5, 3, 5]) {
    const { budget, line } = home(rate * MBIT);
    for (let peer = 0; peer < 8; peer += 1) {
      line.run(0.13);
      line.connect(`${peer}`);
    }
    const from = line.now;
    sendSegments(line, 60);
    expect(line.stats(from + 5).queueP95, `${rate} Mbit/s`).toBeLessThan(0.05);
    expect((budget.uplinkBitsPerSecond ?? 0) / rate / MBIT).toBeGreaterThan(0.75);
    expect((budget.uplinkBitsPerSecond ?? 0) / rate / MBIT).toBeLessThan(1.25);
  }
});

test("the same holds for every seed of the noise", () => {
  for (let seed = 2; seed <= 6; seed++) {
    const { budget, line } = home(5 * MBIT, { seed });
    keepBusy(line, 30);
    const measured = (budget.uplinkBitsPerSecond ?? 0) / (5 * MBIT);
    expect(line.stats(1).queueP95, `seed ${seed}`).toBeLessThan(0.05);
    expect(line.stats(1).utilisation, `seed ${seed}`).toBeGreaterThan(0.6);
    expect(measured, `seed ${seed}`).toBeGreaterThan(0.75);
    expect(measured, `seed ${seed}`).toBeLessThan(1.25);
  }
});

test("noise of 30 ms costs little", () => {
  const quiet = home(5 * MBIT, { noiseSeconds: 0 });
  const noisy = home(5 * MBIT, { noiseSeconds: 0.03 });
  keepBusy(quiet.line, 60);
  keepBusy(noisy.line, 60);
  const rateAmongNoise = noisy.line.stats(5).mediaBitsPerSecond;
  expect(rateAmongNoise).toBeGreaterThan(0.9 * quiet.line.stats(5).mediaBitsPerSecond);
});

test("a known capacity is the ceiling from the first byte", () => {
  const { budget, line } = home(5 * MBIT, { known: 5 * MBIT });
  expect(budget.uplinkBitsPerSecond).toBe(5 * MBIT);
  keepBusy(line, 5);
  const { queueP95, utilisation } = line.stats(0);
  expect(queueP95).toBeLessThan(0.025);
  expect(utilisation).toBeGreaterThan(0.65);
});

test("a known capacity that is too high is corrected within a second", () => {
  const { budget, line } = home(2 * MBIT, { known: 8 * MBIT });
  keepBusy(line, 1);
  expect(budget.uplinkBitsPerSecond).toBeLessThan(2.5 * MBIT);
  keepBusy(line, 10);
  expect(line.stats(1.5).queueP95).toBeLessThan(0.05);
});

test("a known capacity that is too low is corrected, also by segments with pauses between them", () => {
  const { budget, line } = home(5 * MBIT, { known: MBIT });
  sendSegments(line, 90);
  expect(budget.uplinkBitsPerSecond).toBeGreaterThan(3 * MBIT);
});

test("a line that collapses gets nothing more after a third of a second, and drains", () => {
  const { budget, line } = home(5 * MBIT, { known: 5 * MBIT });
  keepBusy(line, 10);
  line.bitsPerSecond = MBIT / 5;
  keepBusy(line, 0.33);
  const queued = line.queueSeconds;
  keepBusy(line, 0.5);
  expect(line.queueSeconds).toBeLessThan(queued);
  // What was sent before the collapse showed: 0.3 s at 3.75 Mbit/s are 5.6 s at 200 kbit/s.
  expect(queued).toBeLessThan(5.6);
  keepBusy(line, 6);
  expect(line.queueSeconds).toBeLessThan(0.05);
  expect(budget.uplinkBitsPerSecond).toBeLessThan(0.25 * MBIT);
  keepBusy(line, 20);
  expect(line.stats(17).queueP95).toBeLessThan(0.05);
  expect(line.stats(17).utilisation).toBeGreaterThan((0.85 * spareOf(MBIT / 5)) / (MBIT / 5));
});

test("a long queue is one that several replies saw", () => {
  const { budget, line } = home(5 * MBIT, { known: 5 * MBIT });
  expect(budget.hasLongQueue(0)).toBe(false);
  keepBusy(line, 10);
  expect(budget.hasLongQueue(line.now)).toBe(false);
  line.bitsPerSecond = MBIT;
  let isLong = false;
  line.run(2, () => {
    isLong ||= budget.hasLongQueue(line.now);
  });
  expect(isLong).toBe(true);
});

test("a line that is seen to have collapsed carries no more than that, and no more than it was known to", () => {
  const { budget, line } = home(MBIT, { known: 2 * MBIT });
  budget.collapsed(3 * MBIT, line.now);
  expect(budget.uplinkBitsPerSecond).toBe(2 * MBIT);
  budget.collapsed(0.2 * MBIT, line.now);
  expect(budget.uplinkBitsPerSecond).toBe(0.2 * MBIT);
});

test("a line that hasn't been known for long can't be seen to collapse", () => {
  const { budget, line } = home(MBIT);
  budget.collapsed(0.2 * MBIT, line.now);
  expect(budget.uplinkBitsPerSecond).toBeNull();
  keepBusy(line, 5);
  const measured = budget.uplinkBitsPerSecond;
  expect(measured).toBeGreaterThan(0.5 * MBIT);
  budget.collapsed(0.2 * MBIT, line.now);
  expect(budget.uplinkBitsPerSecond).toBe(measured);
  keepBusy(line, 10);
  budget.collapsed(0.2 * MBIT, line.now);
  expect(budget.uplinkBitsPerSecond).toBe(0.2 * MBIT);
});

test("a line that recovers is used again within half a minute, in small steps", () => {
  const { budget, line } = home(5 * MBIT, { known: MBIT / 5 });
  keepBusy(line, 30);
  expect(budget.uplinkBitsPerSecond).toBeGreaterThan(4 * MBIT);
  expect(line.stats(0).queueP95).toBeLessThan(0.05);
});

test("a capacity that isn't used for a minute is measured anew, and soon", () => {
  const { budget, line } = home(5 * MBIT, { known: MBIT / 4 });
  line.run(59);
  expect(budget.uplinkBitsPerSecond).toBe(MBIT / 4);
  line.run(3);
  expect(budget.uplinkBitsPerSecond).toBeNull();
  expect(budget.spareBitsPerSecond).toBeNull();
  sendSegments(line, 8);
  expect(budget.uplinkBitsPerSecond).toBeGreaterThan(3.5 * MBIT);
  expect(line.stats(62).queueP95).toBeLessThan(0.11);
});

test("an uplink that is as weak as it passed for is tried with little harm, and twice as seldom each time", () => {
  const { budget, line } = home(0.4 * MBIT, { known: 0.4 * MBIT });
  line.run(62);
  expect(budget.uplinkBitsPerSecond).toBeNull();
  keepBusy(line, 2);
  const measured = budget.uplinkBitsPerSecond ?? 0;
  expect(measured).toBeGreaterThan(0.2 * MBIT);
  expect(measured).toBeLessThan(0.6 * MBIT);
  expect(line.stats(62).queueP95).toBeLessThan(0.25);
  line.run(115);
  expect(budget.uplinkBitsPerSecond).not.toBeNull();
  line.run(30);
  expect(budget.uplinkBitsPerSecond).toBeNull();
});

test("an uplink in use is never forgotten", () => {
  const { budget, line } = home(5 * MBIT, { known: 5 * MBIT });
  for (let minute = 0; minute < 3; minute += 1) {
    sendSegments(line, 10);
    line.run(50);
    expect(budget.uplinkBitsPerSecond).toBeGreaterThan(3 * MBIT);
  }
});

test("others' traffic is left its room, and the capacity comes back when it ends", () => {
  const { budget, line } = home(5 * MBIT, { known: 5 * MBIT });
  keepBusy(line, 10);
  line.crossBitsPerSecond = 2 * MBIT;
  keepBusy(line, 30);
  expect(line.stats(12).queueP95).toBeLessThan(0.05);
  expect(budget.uplinkBitsPerSecond).toBeLessThan(4 * MBIT);
  line.crossBitsPerSecond = 0;
  keepBusy(line, 30);
  expect(budget.uplinkBitsPerSecond).toBeGreaterThan(4 * MBIT);
});

test("what acknowledges the segments that peers send counts as carried", () => {
  const { budget, line } = home(MBIT * 0.375);
  line.run(1);
  let wantedAt = line.now;
  line.run(60, () => {
    if (line.now < wantedAt) return;
    wantedAt += 0.1;
    // Peers send at 3.5 Mbit/s, and an acknowledgment of 107 bytes leaves for two packets of 1,150.
    line.crossBitsPerSecond = 3.5 * MBIT * (107 / 2300);
    budget.received((3.5 * MBIT) / 80, line.now);
    line.want("near", 3_000);
  });
  expect((budget.uplinkBitsPerSecond ?? 0) / MBIT).toBeGreaterThan(0.3);
  expect((budget.uplinkBitsPerSecond ?? 0) / MBIT).toBeLessThan(0.45);
});

test("a slow uplink isn't taken for slower by replies that are late", () => {
  for (let seed = 1; seed <= 6; seed += 1) {
    const { budget, line } = home(MBIT * 0.375, { known: MBIT * 0.375, noiseSeconds: 0.1, seed });
    let wantedAt = line.now;
    line.run(30, () => {
      if (line.now < wantedAt) return;
      wantedAt += 2;
      line.want("near", 16_500);
    });
    expect((budget.uplinkBitsPerSecond ?? 0) / MBIT, `seed ${seed}`).toBeGreaterThan(0.18);
  }
});

test("nothing is to spare while others keep the uplink full", () => {
  const { budget, line } = home(5 * MBIT, { known: 5 * MBIT });
  keepBusy(line, 5);
  line.crossBitsPerSecond = 5.2 * MBIT;
  keepBusy(line, 30);
  expect(budget.spareBitsPerSecond).toBe(0);
  expect(line.stats(20).utilisation).toBeLessThan(0.02);
});

test("a longer route counts as the new base after some minutes", () => {
  const { line } = home(5 * MBIT, { known: 5 * MBIT });
  keepBusy(line, 10);
  line.detourSeconds = 0.06;
  keepBusy(line, 190);
  expect(line.stats(195).utilisation).toBeGreaterThan(0.3);
});

test("a peer that leaves takes nothing with it", () => {
  const { budget, line } = home(5 * MBIT);
  keepBusy(line, 10);
  line.leave("near");
  keepBusy(line, 20);
  expect(line.stats(10).queueP95).toBeLessThan(0.05);
  expect(line.stats(10).utilisation).toBeGreaterThan(0.6);
  line.leave("far");
  expect(budget.uplinkBitsPerSecond).toBeGreaterThan(3.75 * MBIT);
  expect(budget.secondsUntilRoom(line.now + 1)).toBe(0);
});

test("one slow receiver isn't mistaken for a slow uplink", () => {
  const { line } = home(5 * MBIT);
  let slowBy = 0;
  line.connect("slow", { lies: (sample) => ({ ...sample, receivedAt: sample.receivedAt + slowBy }) });
  keepBusy(line, 10);
  slowBy = 0.4;
  keepBusy(line, 20);
  expect(line.stats(11).utilisation).toBeGreaterThan(0.6);
});

test("an uplink isn't taken for weak because everyone's browser was busy for a third of a second", () => {
  for (const busyAt of [0.3, 0.5, 0.7, 0.9, 1.1]) {
    const { budget, line } = home(5 * MBIT);
    for (const peer of ["one", "other"]) {
      line.leave(peer === "one" ? "near" : "far");
      line.connect(peer, { busyUntil: (at) => (at > busyAt && at < busyAt + 0.33 ? busyAt + 0.33 : at) });
    }
    let wantedAt = 0;
    line.run(2, () => {
      if (line.now < wantedAt) return;
      wantedAt += 0.5;
      line.want("one", 100_000);
    });
    expect(budget.uplinkBitsPerSecond ?? 5 * MBIT, `busy at ${busyAt} s`).toBeGreaterThan(2.5 * MBIT);
  }
});

test("nor because each peer's browser is busy for a quarter of the time", () => {
  for (let seed = 1; seed <= 5; seed += 1) {
    const chance = new Chance(seed);
    const budget = new UplinkBudget(null);
    const line = new HomeLine({
      budget,
      bitsPerSecond: 5 * MBIT,
      noiseSeconds: 0.03,
      chance: chance.next,
    });
    for (const peer of ["near", "far", "third", "fourth"])
      line.connect(peer, { busyUntil: oftenBusy(chance) });
    sendSegments(line, 60);
    expect(budget.uplinkBitsPerSecond ?? 5 * MBIT, `seed ${seed}`).toBeGreaterThan(3.75 * MBIT);
    expect(line.stats(1).queueP95, `seed ${seed}`).toBeLessThan(0.05);
  }
});

test("when replies stop while bytes are sent, hardly anything more is sent", () => {
  const { line } = home(5 * MBIT, { known: 5 * MBIT });
  keepBusy(line, 5);
  for (const peer of ["near", "far"]) line.stopReplies(peer);
  keepBusy(line, 10);
  expect(line.stats(6).mediaBitsPerSecond).toBeLessThan(0.05 * MBIT);
});

test("without any reply ever, the rate is fixed and the capacity unknown", () => {
  const { budget, line } = home(20 * MBIT);
  for (const peer of ["near", "far"]) line.stopReplies(peer);
  keepBusy(line, 20);
  expect(line.stats(1).mediaBitsPerSecond / MBIT).toBeCloseTo(2, 0);
  expect(budget.uplinkBitsPerSecond).toBeNull();
  expect(budget.spareBitsPerSecond).toBeNull();
});

test("the rate doesn't grow while the application sends less", () => {
  const { budget, line } = home(20 * MBIT);
  let wantedAt = 0;
  line.run(30, () => {
    if (line.now < wantedAt) return;
    wantedAt += 0.1;
    line.want("near", 5_000);
  });
  expect(budget.messageBytes(line.now)).toBeLessThanOrEqual(5_000);
  expect(budget.uplinkBitsPerSecond).toBeNull();
});

test("a peer that claims to have received everything, at once, doesn't raise the rate above what is sent", () => {
  const budget = new UplinkBudget(null);
  const chance = new Chance(1);
  const line = new HomeLine({ budget, bitsPerSecond: 5 * MBIT, noiseSeconds: 0.03, chance: chance.next });
  let claimed = 1;
  line.connect("near");
  line.connect("far", {
    lies: (sample) => {
      claimed *= 1.5;
      return { ...sample, receivedAt: chance.between(-1e6, 1e6), bytesReceived: claimed };
    },
  });
  keepBusy(line, 30);
  expect(budget.uplinkBitsPerSecond).toBeLessThan(6.25 * MBIT);
  expect(line.stats(1).queueP95).toBeLessThan(0.11);
});

test("peers that deny any queue can't make it much longer than half a second", () => {
  const budget = new UplinkBudget(8 * MBIT);
  const line = new HomeLine({ budget, bitsPerSecond: 5 * MBIT });
  for (const peer of ["near", "far"]) {
    line.connect(peer, { lies: (sample) => ({ ...sample, receivedAt: sample.sentAt, bytesReceived: 1e15 }) });
  }
  keepBusy(line, 30);
  expect(line.stats(0).queueP95).toBeLessThan(0.8);
});

test("messages take 10 ms at the rate, within what a channel can bear", () => {
  expect(new UplinkBudget(400_000).messageBytes(0)).toBe(1_100);
  const fast = home(200 * MBIT, { known: 200 * MBIT });
  fast.line.run(1);
  expect(fast.budget.messageBytes(1)).toBe(64 * 1024);
  const budget = new UplinkBudget(2 * MBIT);
  expect(budget.messageBytes(0)).toBe(Math.floor((spareOf(2 * MBIT) * 0.01) / 8));
});

test("a burst lasts no longer than 20 ms at the rate, however long the pause before it", () => {
  const budget = new UplinkBudget(2 * MBIT);
  let bytes = 0;
  while (budget.secondsUntilRoom(100) === 0) {
    bytes += budget.messageBytes(100);
    budget.sent(budget.messageBytes(100), 100);
  }
  expect(bytes).toBeGreaterThan(0);
  expect(bytes * 8).toBeLessThanOrEqual(spareOf(2 * MBIT) * 0.02);
  expect(budget.secondsUntilRoom(100)).toBeLessThanOrEqual(0.02);
});
