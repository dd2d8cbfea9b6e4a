/** Tests what clients hear, what they may send and what is counted, with a store in memory. */
import { beforeEach, describe, expect, test } from "vitest";
import { kindOf } from "../../test/doubles/strict-client.ts";
import {
  connection,
  EVERY_METHOD,
  peer,
  type Sent,
  swarm,
  TrackerUnderTest,
} from "../../test/doubles/tracker-under-test.ts";
import { MAX_SEATS } from "./tracker.ts";

let t: TrackerUnderTest;
beforeEach(() => {
  t = new TrackerUnderTest();
});

describe("a strict client", () => {
  const kinds = (messages: readonly Sent[]) => messages.map(({ message }) => kindOf(message));

  test("can read EVERY_METHOD that an announce, an answer, a stop and a scrape lead to", async () => {
    expect(kinds(await t.announce("bob"))).toEqual(["announce"]);
    expect(kinds(await t.announce("ann"))).toEqual(["announce", "offer"]);
    const answer = { to_peer_id: peer("ann"), answer: { type: "answer", sdp: "v=0" }, offer_id: "1" };
    expect(kinds(await t.announce("bob", answer))).toEqual(["answer"]);
    expect(kinds(await t.announce("ann", { event: "stopped" }))).toEqual(["announce"]);
    const scrape = JSON.stringify({ action: "scrape", info_hash: [swarm, "another swarm-------"] });
    expect(kinds(await t.receive(connection("ann"), scrape))).toEqual(["scrape"]);
  });

  test("can read every refusal, and the reply that slows it down", async () => {
    expect(kinds(await t.receive(connection("eve"), "{"))).toEqual(["error"]);
    for (let time = 0; time < 40; time++) await t.announce("ann", { offers: [] });
    expect(kinds(await t.announce("ann"))).toEqual(["error", "announce"]);
    t.swarms.failure = { methods: EVERY_METHOD, error: new Error("no route") };
    expect(kinds(await t.announce("bob"))).toEqual(["error", "announce"]);
    const scrape = JSON.stringify({ action: "scrape", info_hash: swarm });
    expect(kinds(await t.receive(connection("bob"), scrape))).toEqual(["error"]);
  });

  test.each([
    ["a reply without counts", { action: "announce", info_hash: swarm, interval: 300 }],
    [
      "a reply with a count that isn't one",
      { action: "announce", info_hash: swarm, interval: 300, complete: -1, incomplete: 0 },
    ],
    [
      "an info_hash that is too short",
      { action: "announce", info_hash: "x", interval: 1, complete: 0, incomplete: 0 },
    ],
    ["an unknown action", { action: "wave", "failure reason": "none" }],
  ])("can't read %s", (_, message) => {
    expect(() => kindOf(message)).toThrow("a strict client can't read");
  });
});

describe("load", () => {
  test("a connection that sends too much is refused once, with a longer interval, and then disconnected", async () => {
    for (let time = 0; time < 40; time++) await t.announce("ann");
    const [refusal, pace] = await t.announce("ann");
    expect(refusal?.message).toMatchObject({
      info_hash: swarm,
      "failure reason": expect.stringContaining("slow"),
    });
    expect(pace?.message.interval).toBeGreaterThan(240);
    expect(pace?.message).toMatchObject({ complete: 0, incomplete: 0 });
    expect(await t.announce("ann")).toEqual([]);
    expect(t.counted()).toMatchObject({ RefusedTooOften: 1, Disconnected: 1 });
    expect(t.disconnected).toEqual(["ann"]);
  });

  test("messages are measured in bytes, not in characters", async () => {
    const wide = JSON.stringify({ action: "announce", padding: "\u20ac".repeat(20_000) });
    for (let time = 0; time < 8; time++) await t.receive(connection("ann"), wide);
    const [refusal] = await t.receive(connection("ann"), wide);
    expect(refusal?.message["failure reason"]).toContain("slow down");
  });

  test("a malformed message beyond the limit is refused for its rate", async () => {
    for (let time = 0; time < 40; time++) await t.receive(connection("ann"), "{");
    const [refusal] = await t.receive(connection("ann"), "{");
    expect(refusal?.message).toEqual({
      action: "announce",
      "failure reason": expect.stringContaining("slow"),
    });
  });

  test("one connection may join 32 swarms and no more", async () => {
    const sit = (number: number) => t.announce("ann", { info_hash: `swarm ${number}`.padEnd(20) });
    for (let number = 0; number < MAX_SEATS; number++) await sit(number);
    const [refusal, reply] = await sit(MAX_SEATS);
    expect(refusal?.message["failure reason"]).toContain("at most 32 swarms");
    expect(reply?.message).toMatchObject({ interval: expect.any(Number), complete: 0, incomplete: 1 });
    expect(await t.swarms.find(`swarm ${MAX_SEATS}`.padEnd(20), peer("ann"))).toBeUndefined();
    expect(await t.swarms.find(`swarm ${MAX_SEATS - 1}`.padEnd(20), peer("ann"))).toBeDefined();
  });
});

describe("a viewer that falls silent", () => {
  const sits = async () => (await t.swarms.find(swarm, peer("ann"))) !== undefined;

  test("keeps its seat after its first announce until its second is overdue", async () => {
    const [reply] = await t.announce("ann");
    const { interval = 0 } = reply?.message ?? {};
    t.now += interval + 30;
    expect(await sits()).toBe(true);
    t.now += interval;
    t.now += 60;
    expect(await sits()).toBe(false);
  });

  test("later keeps it for as long as API Gateway keeps its connection, and a while more", async () => {
    await t.announce("ann");
    t.now += 30;
    await t.announce("ann", { event: undefined });
    t.now += 2 * 3600;
    expect(await sits()).toBe(true);
    t.now += 900;
    expect(await sits()).toBe(false);
  });
});

describe("what is counted:", () => {
  const answerTo = (name: string) => ({
    to_peer_id: peer(name),
    answer: { type: "answer", sdp: "" },
    offer_id: "1",
  });

  test("announces, seats taken and left, and offers relayed", async () => {
    await t.announce("bob");
    await t.announce("ann");
    t.now += 30;
    await t.announce("ann", { event: undefined, offers: [] });
    await t.announce("ann", { event: "stopped" });
    await t.announce("ann", { event: "stopped" });
    expect(t.counted()).toMatchObject({ Announces: 3, SeatsTaken: 2, SeatsLeft: 1, OffersRelayed: 1 });
  });

  test("answers, and those for a viewer who has left", async () => {
    await t.announce("bob");
    await t.announce("ann", answerTo("bob"));
    await t.announce("ann", answerTo("eve"));
    expect(t.counted()).toMatchObject({ Answers: 2, AnswersInVain: 1 });
  });
});
