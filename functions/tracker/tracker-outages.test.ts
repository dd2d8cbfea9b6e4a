/** Tests what the tracker does while its store is throttled or away. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  connection,
  EVERY_METHOD,
  peer,
  receivers,
  swarm,
  TrackerUnderTest,
} from "../../test/doubles/tracker-under-test.ts";
import { type Swarms, Throttled } from "./swarms.ts";

let t: TrackerUnderTest;
beforeEach(() => {
  t = new TrackerUnderTest();
});

describe("when the store is throttled", () => {
  const throttle = (methods: readonly (keyof Swarms)[]) => {
    t.swarms.failure = { methods, error: new Throttled("busy") };
  };

  test("an announce still gets a reply, without offers, and the shed requests are counted", async () => {
    await t.announce("bob");
    t.restart();
    throttle(EVERY_METHOD);
    const messages = await t.announce("ann");
    expect(messages).toHaveLength(1);
    expect(messages[0]?.message).toMatchObject({ interval: expect.any(Number), complete: 0, incomplete: 0 });
    expect(t.counted()).toMatchObject({ RequestsShed: 5 });
    expect(t.failures).toEqual([]);
  });

  test("so does an announce to a swarm that is known to be small", async () => {
    await t.announce("bob");
    throttle(EVERY_METHOD);
    const messages = await t.announce("ann");
    expect(messages).toHaveLength(1);
    expect(messages[0]?.message).toMatchObject({ interval: expect.any(Number), complete: 0, incomplete: 0 });
    expect(t.counted()).toMatchObject({ RequestsShed: 2 });
    t.swarms.failure = undefined;
    expect(receivers(await t.announce("ann", { event: undefined }))).toEqual(["bob"]);
  });

  test("if one ring can't be read, candidates come from the others", async () => {
    await t.announce("bob");
    t.restart();
    throttle(["sampleWorld", "sampleLan"]);
    expect(receivers(await t.announce("ann"))).toEqual(["bob"]);
  });

  test("the next announce takes a seat that couldn't be written", async () => {
    throttle(["take"]);
    await t.announce("ann");
    t.swarms.failure = undefined;
    await t.announce("ann", { event: undefined });
    expect(await t.swarms.find(swarm, peer("ann"))).toBeDefined();
  });

  test("a viewer whose seat couldn't be written has no offers relayed, since no answer would find it", async () => {
    await t.announce("bob");
    throttle(["take"]);
    expect(receivers(await t.announce("ann"))).toEqual([]);
  });

  test("a viewer whose seat couldn't be renewed keeps it, and has its offers relayed", async () => {
    await t.announce("bob");
    await t.announce("ann");
    throttle(["take"]);
    expect(receivers(await t.announce("ann", { event: undefined }))).toEqual(["bob"]);
  });

  test("a stop still gets a reply, and a close is no failure", async () => {
    await t.announce("ann");
    throttle(["leave", "leaveAll"]);
    const [stopped] = await t.announce("ann", { event: "stopped" });
    expect(stopped?.message).toMatchObject({ interval: expect.any(Number), incomplete: 1 });
    await t.tracker.leave(connection("ann"));
    expect(t.counted()).toMatchObject({ RequestsShed: 2 });
    expect(t.failures).toEqual([]);
  });

  test("an answer is dropped, and a scrape counts nobody", async () => {
    throttle(EVERY_METHOD);
    const answer = { to_peer_id: peer("bob"), answer: { type: "answer", sdp: "" }, offer_id: "1" };
    expect(await t.announce("ann", answer)).toEqual([]);
    const [scraped] = await t.receive(connection("ann"), `{"action":"scrape","info_hash":"${swarm}"}`);
    expect(scraped?.message.files).toEqual({ [swarm]: { complete: 0, incomplete: 0, downloaded: 0 } });
  });
});

describe("when the store is away", () => {
  beforeEach(() => {
    t.swarms.failure = { methods: EVERY_METHOD, error: new Error("no route") };
  });

  test("an announce is refused with a reason, and the interval comes in a reply, where clients read it", async () => {
    const messages = await t.announce("ann");
    expect(messages.map(({ message }) => message)).toEqual([
      { action: "announce", info_hash: swarm, "failure reason": expect.stringContaining("announce again") },
      { action: "announce", info_hash: swarm, interval: expect.any(Number), complete: 0, incomplete: 0 },
    ]);
    expect(t.failures).toEqual(["a request (announce) failed: Error: no route"]);
  });

  test("the next announce takes the seat once the store is back", async () => {
    await t.announce("ann");
    t.swarms.failure = undefined;
    const [reply] = await t.announce("ann", { event: undefined });
    expect(reply?.message).toMatchObject({ incomplete: 1 });
  });

  test("a stop and a scrape are refused, an answer is dropped", async () => {
    const [stopped] = await t.announce("ann", { event: "stopped" });
    expect(stopped?.message).toMatchObject({ action: "announce", "failure reason": expect.any(String) });
    const [scraped] = await t.receive(connection("ann"), `{"action":"scrape","info_hash":"${swarm}"}`);
    expect(scraped?.message).toMatchObject({ action: "scrape", "failure reason": expect.any(String) });
    const answer = { to_peer_id: peer("bob"), answer: { type: "answer", sdp: "" }, offer_id: "1" };
    expect(await t.announce("ann", answer)).toEqual([]);
  });

  test("a close is reported as a failure, and doesn't throw", async () => {
    await t.tracker.leave(connection("ann"));
    expect(t.failures).toEqual(["seats were not freed: Error: no route"]);
  });
});
