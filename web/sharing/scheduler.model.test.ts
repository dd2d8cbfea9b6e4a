import fc from "fast-check";
import { expect, test } from "vitest";
import { ann, peerOf, segmentsFrom } from "../../test/doubles/stream.ts";
import type { StreamKind } from "./peer-id.ts";
import { SegmentScheduler } from "./scheduler.ts";
import type { ListedSegment, SchedulerCommand, SchedulerEvent } from "./scheduler-events.ts";

/** What a random trace does next. Numbers are drawn wide and folded into what is there. */
type Step =
  | { do: "wait"; seconds: number }
  | { do: "list"; stream: StreamKind; rendition: number; advance: number; isStale: boolean }
  | { do: "demand"; stream: StreamKind; rendition: number; offset: number }
  | { do: "drop-demand" | "fetch-done" | "fetch-failed"; which: number }
  | { do: "move"; to: number | null }
  | { do: "peer"; opens: boolean; offset: number }
  | { do: "transfer"; step: "started" | "progress" | "lost" | "done"; offset: number; rendition: number }
  | { do: "swarm"; state: "joining" | "left" | "unavailable" }
  | { do: "set"; shares: boolean; fetchesAhead: boolean; signs: boolean }
  | { do: "sign"; which: number; isSigned: boolean }
  | { do: "break-media" }
  | { do: "reach" };

const stream = fc.constantFrom<StreamKind>("main", "secondary");
const small = fc.nat(12);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("wait"), seconds: fc.double({ min: 0, max: 3, noNaN: true }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("list"),
      stream,
      rendition: fc.nat(1),
      advance: fc.nat(3),
      isStale: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("demand"), stream, rendition: fc.nat(1), offset: small }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop-demand"), which: small }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("fetch-done"), which: small }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("fetch-failed"), which: small }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("move"), to: fc.option(fc.nat(80)) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("peer"), opens: fc.boolean(), offset: fc.nat(5) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("transfer"),
      step: fc.constantFrom("started", "progress", "lost", "done"),
      offset: small,
      rendition: fc.nat(1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("swarm"),
      state: fc.constantFrom("joining", "left", "unavailable"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("set"),
      shares: fc.boolean(),
      fetchesAhead: fc.boolean(),
      signs: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("sign"), which: small, isSigned: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("break-media") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reach") }) },
) as fc.Arbitrary<Step>;

const WINDOW = 6;
const DATA = new ArrayBuffer(1000);
const TRAILER = new ArrayBuffer(160);

/** Plays a trace against a scheduler, and checks after each step what must hold whatever happens. */
class Trace {
  readonly scheduler = new SegmentScheduler(ann, () => 0.5);
  readonly peers = [1, 2, 3, 4, 5, 6].map((sequence) => peerOf(sequence, sequence % 2 === 0));
  readonly waiting = new Set<number>();
  readonly answered = new Set<number>();
  /** Fetches under way: name to address. */
  readonly fetching = new Map<string, string>();
  /** Segments that are to be signed. */
  readonly signing: { rendition: string; sequence: number }[] = [];
  readonly held = new Map<string, Set<number>>();
  readonly renditions = new Map<string, number>();
  now = 0;
  position: number | null = null;
  demands = 0;
  timerAt = Number.POSITIVE_INFINITY;

  constructor() {
    this.tell({
      type: "settings",
      settings: { shares: true, fetchesAhead: true, peerWindowSeconds: 12, segmentSeconds: 2, signs: true },
    });
  }

  tell(event: SchedulerEvent): void {
    for (const command of this.scheduler.handle(event, this.now)) this.#check(command);
  }

  wait(seconds: number): void {
    const end = this.now + seconds;
    while (this.timerAt <= end) {
      this.now = this.timerAt;
      this.timerAt = Number.POSITIVE_INFINITY;
      this.tell({ type: "timer" });
    }
    this.now = end;
  }

  rendition(kind: StreamKind, index: number): string {
    return `${kind}/${index}`;
  }

  listed(rendition: string): ListedSegment[] {
    const first = this.renditions.get(rendition) ?? 0;
    return segmentsFrom(first, WINDOW).map((one) => ({ ...one, url: `${rendition}/${one.sequence}` }));
  }

  play(one: Step): void {
    switch (one.do) {
      case "wait":
        this.wait(one.seconds);
        break;
      case "list": {
        const rendition = this.rendition(one.stream, one.rendition);
        const first = this.renditions.get(rendition) ?? 0;
        this.renditions.set(rendition, Math.max(0, one.isStale ? first - 1 : first + one.advance));
        this.tell({ type: "playlist", stream: one.stream, rendition, segments: this.listed(rendition) });
        break;
      }
      case "demand": {
        const rendition = this.rendition(one.stream, one.rendition);
        this.demands += 1;
        this.waiting.add(this.demands);
        const sequence = (this.renditions.get(rendition) ?? 0) + one.offset;
        this.tell({ type: "demand", demand: this.demands, stream: one.stream, rendition, sequence });
        break;
      }
      case "drop-demand": {
        const demand = [...this.waiting][one.which % Math.max(1, this.waiting.size)];
        if (demand === undefined) break;
        this.waiting.delete(demand);
        this.answered.add(demand);
        this.tell({ type: "demand-dropped", demand });
        break;
      }
      case "fetch-done":
      case "fetch-failed": {
        const fetch = [...this.fetching.keys()][one.which % Math.max(1, this.fetching.size)];
        if (fetch === undefined) break;
        this.fetching.delete(fetch);
        if (one.do === "fetch-done") this.tell({ type: "fetch-done", fetch, data: DATA, timing: null });
        else this.tell({ type: "fetch-failed", fetch, status: 503, message: "away" });
        break;
      }
      case "move":
        this.position = one.to;
        this.tell({ type: "playhead", positionSeconds: one.to, bufferSeconds: 4 });
        break;
      case "peer": {
        const peerId = this.peers[one.offset % this.peers.length] ?? "";
        this.tell({ type: one.opens ? "peer-connected" : "peer-closed", stream: "main", peerId });
        break;
      }
      case "transfer":
        this.#transfer(one.step, one.rendition, one.offset);
        break;
      case "swarm":
        this.tell({ type: "swarm", state: one.state });
        break;
      case "set": {
        const { shares, fetchesAhead, signs } = one;
        this.tell({
          type: "settings",
          settings: { shares, fetchesAhead, peerWindowSeconds: 12, segmentSeconds: 2, signs },
        });
        break;
      }
      case "sign": {
        const [asked] = this.signing.splice(one.which % (this.signing.length + 1), 1);
        if (asked) this.tell({ type: "signature", ...asked, trailer: one.isSigned ? TRAILER : null });
        break;
      }
      case "break-media":
        this.tell({ type: "media-broken" });
        break;
      case "reach":
        this.tell({ type: "cdn-reached" });
    }
  }

  #transfer(what: "started" | "progress" | "lost" | "done", index: number, offset: number): void {
    const rendition = this.rendition("main", index);
    const sequence = (this.renditions.get(rendition) ?? 0) + offset;
    const url = `${rendition}/${sequence}`;
    const [peerId = ""] = this.peers;
    if (what === "started") this.tell({ type: "transfer-started", url, peerId });
    if (what === "progress") this.tell({ type: "transfer-progress", peerId, bytes: 100 });
    if (what === "lost") this.tell({ type: "transfer-lost", url });
    if (what === "done")
      this.tell({ type: "transfer-done", rendition, sequence, data: DATA, trailer: TRAILER });
  }

  #check(command: SchedulerCommand): void {
    switch (command.type) {
      case "fetch":
        expect([...this.fetching.values()], "two fetches of one segment").not.toContain(command.url);
        this.fetching.set(command.fetch, command.url);
        break;
      case "abort-fetch":
        expect(this.fetching.delete(command.fetch), "an abort of a fetch that isn't under way").toBe(true);
        break;
      case "deliver":
      case "fail":
        expect(this.answered, "a demand that was answered or dropped").not.toContain(command.demand);
        this.waiting.delete(command.demand);
        this.answered.add(command.demand);
        break;
      case "store": {
        const { rendition, sequence } = command;
        this.held.set(rendition, (this.held.get(rendition) ?? new Set()).add(sequence));
        break;
      }
      case "sign":
        expect(this.isHeld(command), "a signature for what isn't held").toBe(true);
        this.signing.push({ rendition: command.rendition, sequence: command.sequence });
        break;
      case "attach-trailer":
        expect(this.isHeld(command), "a trailer for what isn't held").toBe(true);
        break;
      case "drop":
        for (const sequence of command.sequences) {
          expect(this.held.get(command.rendition)?.delete(sequence), "a drop of what isn't held").toBe(true);
        }
        break;
      case "set-timer":
        expect(command.inSeconds).toBeGreaterThan(0);
        expect(command.inSeconds).toBeLessThanOrEqual(0.25);
        this.timerAt = this.now + command.inSeconds;
    }
  }

  isHeld({ rendition, sequence }: { rendition: string; sequence: number }): boolean {
    return this.held.get(rendition)?.has(sequence) ?? false;
  }

  /** What must hold between any two steps. */
  checkMemory(): void {
    for (const [rendition, sequences] of this.held) {
      // A window, and what a stale playlist doesn't list yet; after a jump at most one window more.
      expect(sequences.size, `held of ${rendition}`).toBeLessThanOrEqual(2 * WINDOW);
    }
    const playing = this.scheduler.playing.map(({ rendition }) => rendition);
    for (const url of this.fetching.values()) {
      expect(playing, "a fetch for a rendition that was left").toContain(url.slice(0, url.lastIndexOf("/")));
    }
  }

  /** From now on the CDN answers everything, and the player plays until it runs dry: each demand is answered. */
  finish(): void {
    for (let round = 0; round < 200 && this.waiting.size > 0; round += 1) {
      for (const fetch of [...this.fetching.keys()]) {
        this.fetching.delete(fetch);
        this.tell({ type: "fetch-done", fetch, data: DATA, timing: null });
      }
      this.wait(0.25);
      if (this.position !== null) this.position = round < 100 ? this.position + 0.25 : null;
      this.tell({ type: "playhead", positionSeconds: this.position, bufferSeconds: 4 });
    }
    expect([...this.waiting], "demands that nobody answered").toEqual([]);
  }
}

test("whatever happens, each demand is answered once, no segment is fetched twice at a time, and memory is bounded", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 120 }), (steps) => {
      const trace = new Trace();
      for (const one of steps) {
        trace.play(one);
        trace.checkMemory();
      }
      trace.finish();
    }),
    { numRuns: 400 },
  );
});
