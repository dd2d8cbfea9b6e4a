import { beforeEach, describe, expect, test } from "vitest";
import type { Post } from "./announcing.ts";
import type { Delivery } from "./connections.ts";
import { type Counted, Figures } from "./figures.ts";
import { LoadControl } from "./load.ts";
import type { Message } from "./messages.ts";
import { type Connection, type Seat, type Swarms, Throttled } from "./swarms.ts";
import { MemorySwarms } from "./swarms-memory.ts";
import { mostSeats, Tracker } from "./tracker.ts";

const swarm = "a swarm-------------";
const start = 1_800_000_000;
let now: number;

/** A store in memory, of which methods can be made to fail. */
class FailingSwarms extends MemorySwarms {
  failure: { readonly methods: readonly (keyof Swarms)[]; readonly error: Error } | undefined;

  override find(...given: Parameters<Swarms["find"]>) {
    return this.#unlessFailing("find", () => super.find(...given));
  }
  override take(seat: Seat) {
    return this.#unlessFailing("take", () => super.take(seat));
  }
  override leave(...given: Parameters<Swarms["leave"]>) {
    return this.#unlessFailing("leave", () => super.leave(...given));
  }
  override leaveAll(connection: Connection) {
    return this.#unlessFailing("leaveAll", () => super.leaveAll(connection));
  }
  override sampleLan(...given: Parameters<Swarms["sampleLan"]>) {
    return this.#unlessFailing("sampleLan", () => super.sampleLan(...given));
  }
  override sampleNet(...given: Parameters<Swarms["sampleNet"]>) {
    return this.#unlessFailing("sampleNet", () => super.sampleNet(...given));
  }
  override sampleWorld(...given: Parameters<Swarms["sampleWorld"]>) {
    return this.#unlessFailing("sampleWorld", () => super.sampleWorld(...given));
  }

  async #unlessFailing<Value>(method: keyof Swarms, call: () => Promise<Value>): Promise<Value> {
    if (this.failure?.methods.includes(method)) throw this.failure.error;
    return call();
  }
}

/** Which methods of the store were called. */
function watchSwarms(): string[] {
  const called: string[] = [];
  const methods = ["find", "take", "leave", "leaveAll", "sampleLan", "sampleNet", "sampleWorld"] as const;
  for (const method of methods) {
    const call = swarms[method].bind(swarms) as (...given: unknown[]) => Promise<unknown>;
    Object.assign(swarms, {
      [method]: (...given: unknown[]) => {
        called.push(method);
        return call(...given);
      },
    });
  }
  return called;
}

const everything = ["find", "take", "leave", "leaveAll", "sampleLan", "sampleNet", "sampleWorld"] as const;

let swarms: FailingSwarms;
let tracker: Tracker;
let figures: Figures;
let sent: [string, Message][];
let failures: string[];
let deliver: (connectionId: string) => Delivery | Error;

beforeEach(() => {
  now = start;
  swarms = new FailingSwarms(() => now);
  figures = new Figures("test", now - 60);
  sent = [];
  failures = [];
  deliver = () => "sent";
  tracker = new Tracker({
    swarms,
    connections: {
      send: async (connectionId, message) => {
        sent.push([connectionId, message]);
        const delivery = deliver(connectionId);
        if (delivery instanceof Error) throw delivery;
        return delivery;
      },
    },
    load: new LoadControl(),
    figures,
    nowSeconds: () => now,
    random: () => 0.5,
    onFailure: (what, error) => failures.push(`${what}: ${error}`),
  });
});

const connection = (id: string): Connection => ({ id, place: { lan: `lan of ${id}`, net: "DE-1" } });
const peer = (name: string) => name.padEnd(20, "-");
const offer = (id: string) => ({ offer: { type: "offer", sdp: "v=0" }, offer_id: id });
const announce = (name: string, more: object = {}) =>
  tracker.receive(
    connection(name),
    JSON.stringify({
      action: "announce",
      info_hash: swarm,
      peer_id: peer(name),
      event: "started",
      numwant: 5,
      offers: ["1", "2", "3", "4", "5"].map(offer),
      ...more,
    }),
  );
const receivers = (posts: readonly Post[]) => posts.flatMap(({ to }) => (to ? [to.connection.id] : []));
const counted = (): Partial<Record<Counted, number>> => JSON.parse(figures.line(now) ?? "{}");

describe("when the store is throttled", () => {
  const throttle = (methods: readonly (keyof Swarms)[]) => {
    swarms.failure = { methods, error: new Throttled("busy") };
  };

  test("an announce is answered all the same, without offers, and what was shed is counted", async () => {
    await announce("bob");
    throttle(everything);
    const posts = await announce("ann");
    expect(posts).toHaveLength(1);
    expect(posts[0]?.message).toMatchObject({ interval: expect.any(Number), complete: 0, incomplete: 1 });
    expect(counted()).toMatchObject({ RequestsShed: 4 });
    expect(failures).toEqual([]);
  });

  test("what one ring can't say, the others do", async () => {
    await announce("bob");
    throttle(["sampleWorld", "sampleLan"]);
    expect(receivers(await announce("ann"))).toEqual(["bob"]);
  });

  test("a seat that couldn't be written is taken by the next announce", async () => {
    throttle(["take"]);
    await announce("ann");
    swarms.failure = undefined;
    await announce("ann", { event: undefined });
    expect(await swarms.find(swarm, peer("ann"))).toBeDefined();
  });

  test("a viewer whose seat couldn't be written makes no offers, since no answer would find it", async () => {
    await announce("bob");
    throttle(["take"]);
    expect(receivers(await announce("ann"))).toEqual([]);
  });

  test("a viewer whose seat couldn't be renewed sits there still, and makes its offers", async () => {
    await announce("bob");
    await announce("ann");
    throttle(["take"]);
    expect(receivers(await announce("ann", { event: undefined }))).toEqual(["bob"]);
  });

  test("a stop is answered all the same, and a close is no failure", async () => {
    await announce("ann");
    throttle(["leave", "leaveAll"]);
    const [stopped] = await announce("ann", { event: "stopped" });
    expect(stopped?.message).toMatchObject({ interval: expect.any(Number), incomplete: 1 });
    await tracker.leave(connection("ann"));
    expect(counted()).toMatchObject({ RequestsShed: 2 });
    expect(failures).toEqual([]);
  });

  test("an answer is dropped and a scrape says nobody", async () => {
    throttle(everything);
    const answer = { to_peer_id: peer("bob"), answer: { type: "answer", sdp: "" }, offer_id: "1" };
    expect(await announce("ann", answer)).toEqual([]);
    const [scraped] = await tracker.receive(connection("ann"), `{"action":"scrape","info_hash":"${swarm}"}`);
    expect(scraped?.message.files).toEqual({ [swarm]: { complete: 0, incomplete: 0, downloaded: 0 } });
  });
});

describe("when the store is away", () => {
  beforeEach(() => {
    swarms.failure = { methods: everything, error: new Error("no route") };
  });

  test("an announce is refused in words, and the interval comes in a message that clients read", async () => {
    const posts = await announce("ann");
    expect(posts.map(({ message }) => message)).toEqual([
      { action: "announce", info_hash: swarm, "failure reason": expect.stringContaining("announce again") },
      { action: "announce", info_hash: swarm, interval: expect.any(Number) },
    ]);
    expect(failures).toEqual(["a request (announce) failed: Error: no route"]);
  });

  test("the next announce after it is back takes the seat", async () => {
    await announce("ann");
    swarms.failure = undefined;
    const [reply] = await announce("ann", { event: undefined });
    expect(reply?.message).toMatchObject({ incomplete: 1 });
  });

  test("a stop and a scrape are refused, an answer is dropped", async () => {
    const [stopped] = await announce("ann", { event: "stopped" });
    expect(stopped?.message).toMatchObject({ action: "announce", "failure reason": expect.any(String) });
    const [scraped] = await tracker.receive(connection("ann"), `{"action":"scrape","info_hash":"${swarm}"}`);
    expect(scraped?.message).toMatchObject({ action: "scrape", "failure reason": expect.any(String) });
    const answer = { to_peer_id: peer("bob"), answer: { type: "answer", sdp: "" }, offer_id: "1" };
    expect(await announce("ann", answer)).toEqual([]);
  });

  test("a close is noted as a failure, and doesn't throw", async () => {
    await tracker.leave(connection("ann"));
    expect(failures).toEqual(["seats were not given up: Error: no route"]);
  });
});

describe("delivering", () => {
  test("the sender's reply goes out before any offer", async () => {
    await announce("bob");
    await tracker.deliver(connection("ann"), await announce("ann"));
    expect(sent.map(([to]) => to)).toEqual(["ann", "bob"]);
  });

  test("who turns out to be gone loses all its seats", async () => {
    await announce("bob");
    await announce("bob", { info_hash: "another swarm-------" });
    deliver = (to) => (to === "bob" ? "gone" : "sent");
    await tracker.deliver(connection("ann"), await announce("ann"));
    expect(await swarms.find(swarm, peer("bob"))).toBeUndefined();
    expect(await swarms.find("another swarm-------", peer("bob"))).toBeUndefined();
    expect(counted()).toMatchObject({ GoneConnections: 1, SeatsLeft: 2 });
  });

  test("a sender that is gone loses its seat too", async () => {
    deliver = () => "gone";
    await tracker.deliver(connection("ann"), await announce("ann"));
    expect(await swarms.find(swarm, peer("ann"))).toBeUndefined();
  });

  test("of a sender that is gone, nobody hears any more", async () => {
    await announce("bob");
    const posts = await announce("ann");
    expect(receivers(posts)).toEqual(["bob"]);
    deliver = (to) => (to === "ann" ? "gone" : "sent");
    await tracker.deliver(connection("ann"), posts);
    expect(sent.map(([to]) => to)).toEqual(["ann"]);
  });

  test("a receiver that is gone loses its seat even where its register lacks it", async () => {
    await announce("bob");
    deliver = (to) => (to === "bob" ? "gone" : "sent");
    swarms.failure = { methods: ["leaveAll"], error: new Throttled("busy") };
    await tracker.deliver(connection("ann"), await announce("ann"));
    expect(await swarms.find(swarm, peer("bob"))).toBeUndefined();
    expect(counted()).toMatchObject({ SeatsLeft: 1 });
  });

  test.each([
    ["throttled", "shed" as const],
    ["refused", new Error("403")],
  ])("an offer that is %s is counted as shed, and the others go out", async (_, outcome) => {
    await announce("bob");
    await announce("eve");
    deliver = (to) => (to === "bob" ? outcome : "sent");
    await tracker.deliver(connection("ann"), await announce("ann"));
    expect(sent.map(([to]) => to).toSorted()).toEqual(["ann", "bob", "eve"]);
    expect(counted()).toMatchObject({ MessagesShed: 1 });
  });
});

describe("load", () => {
  test("a connection that asks too much is told once, with a longer interval, and then not answered", async () => {
    for (let time = 0; time < 40; time++) await announce("ann");
    const [refusal, pace] = await announce("ann");
    expect(refusal?.message).toMatchObject({
      info_hash: swarm,
      "failure reason": expect.stringContaining("slow"),
    });
    expect(pace?.message.interval).toBeGreaterThan(240);
    expect(await announce("ann")).toEqual([]);
    expect(counted()).toMatchObject({ RefusedTooOften: 1, Ignored: 1 });
  });

  test("what a connection sends is measured in bytes, not in characters", async () => {
    const wide = JSON.stringify({ action: "announce", padding: "\u20ac".repeat(20_000) });
    for (let time = 0; time < 8; time++) await tracker.receive(connection("ann"), wide);
    const [refusal] = await tracker.receive(connection("ann"), wide);
    expect(refusal?.message["failure reason"]).toContain("slow down");
  });

  test("what is malformed and too much is refused as too much", async () => {
    for (let time = 0; time < 40; time++) await tracker.receive(connection("ann"), "{");
    const [refusal] = await tracker.receive(connection("ann"), "{");
    expect(refusal?.message).toEqual({
      action: "announce",
      "failure reason": expect.stringContaining("slow"),
    });
  });

  test("one connection may sit in 32 swarms and no more", async () => {
    const sit = (number: number) => announce("ann", { info_hash: `swarm ${number}`.padEnd(20) });
    for (let number = 0; number < mostSeats; number++) await sit(number);
    const [refusal] = await sit(mostSeats);
    expect(refusal?.message["failure reason"]).toContain("at most 32 swarms");
    expect(await swarms.find(`swarm ${mostSeats}`.padEnd(20), peer("ann"))).toBeUndefined();
    expect(await swarms.find(`swarm ${mostSeats - 1}`.padEnd(20), peer("ann"))).toBeDefined();
  });
});

describe("a viewer that falls silent", () => {
  const sits = async () => (await swarms.find(swarm, peer("ann"))) !== undefined;

  test("after its first announce sits until its second is overdue", async () => {
    const [reply] = await announce("ann");
    const { interval = 0 } = reply?.message ?? {};
    now += interval + 30;
    expect(await sits()).toBe(true);
    now += interval;
    now += 60;
    expect(await sits()).toBe(false);
  });

  test("later sits for as long as API Gateway keeps its connection, and a while more", async () => {
    await announce("ann");
    now += 30;
    await announce("ann", { event: undefined });
    now += 2 * 3600;
    expect(await sits()).toBe(true);
    now += 900;
    expect(await sits()).toBe(false);
  });
});

describe("what an announce reads:", () => {
  test.each([
    ["has no offers", { offers: [] }],
    ["wants no receivers", { numwant: 0 }],
  ])("one that %s looks for nobody near by", async (_, more) => {
    const called = watchSwarms();
    await announce("ann", more);
    expect(called).toEqual(["sampleWorld", "take"]);
  });

  test("a first one doesn't ask for a seat that it can't have", async () => {
    const called = watchSwarms();
    await announce("ann");
    expect(called).toEqual(["sampleLan", "sampleNet", "sampleWorld", "take"]);
  });

  test("a later one finds its seat, and doesn't write it again", async () => {
    await announce("ann");
    now += 30;
    await announce("ann", { event: undefined });
    const called = watchSwarms();
    await announce("ann", { event: undefined });
    expect(called).toEqual(["find", "sampleLan", "sampleNet", "sampleWorld"]);
  });
});

describe("what is counted:", () => {
  const answerTo = (name: string) => ({
    to_peer_id: peer(name),
    answer: { type: "answer", sdp: "" },
    offer_id: "1",
  });

  test("announces, seats taken and left, and offers relayed", async () => {
    await announce("bob");
    await announce("ann");
    now += 30;
    await announce("ann", { event: undefined, offers: [] });
    await announce("ann", { event: "stopped" });
    await announce("ann", { event: "stopped" });
    expect(counted()).toMatchObject({ Announces: 3, SeatsTaken: 2, SeatsLeft: 1, OffersRelayed: 1 });
  });

  test("answers, and those for a viewer who has left", async () => {
    await announce("bob");
    await announce("ann", answerTo("bob"));
    await announce("ann", answerTo("eve"));
    expect(counted()).toMatchObject({ Answers: 2, AnswersInVain: 1 });
  });
});
