import { beforeEach, describe, expect, test } from "vitest";
import {
  connection,
  offer,
  peer,
  type Sent,
  TrackerUnderTest,
} from "../../test/doubles/tracker-under-test.ts";
import { type Audience, audienceFrom, objectionTo, sealed, unsealed } from "./audience.ts";
import type { Request } from "./messages.ts";

const audience = audienceFrom({ SWARM_SECRET: "a secret" }) as Audience;

const swarm = "RXtwmIrj-C";
const own = `${swarm}video-----`;
const foreign = "another-channel-----";
const idOf = (viewer: string, more = "ab") => `-SH01sm-${viewer}${more}`;
const viewers = { ann: "viewer-ann", bob: "viewer-bob" };
const by = (name: keyof typeof viewers) => ({ ...connection(name), viewer: viewers[name], swarm });

describe("an audience", () => {
  test("is everyone without a secret", () => {
    expect(audienceFrom({ SWARM_SECRET: "" })).toBeUndefined();
    expect(audienceFrom({})).toBeUndefined();
  });
});

describe("an objection", () => {
  const announce = (infoHash: string, peerId: string): Request => ({
    ...{ kind: "announce", infoHash, peerId, event: null, isSeeder: false, numwant: 5, offers: [] },
  });

  test.each<[string, Request, string | null]>([
    ["its own swarm and id", announce(own, idOf(viewers.ann)), null],
    ["another player of the viewer's", announce(own, idOf(viewers.ann, "zz")), null],
    ["another channel's swarm", announce(foreign, idOf(viewers.ann)), "ForeignSwarm"],
    ["another viewer's id", announce(own, idOf(viewers.bob)), "ForeignPeer"],
    ["an id of no viewer", announce(own, peer("anybody")), "ForeignPeer"],
    ["a scrape of its own", { kind: "scrape", infoHashes: [own] }, null],
    ["a scrape of another's beside its own", { kind: "scrape", infoHashes: [own, foreign] }, "ForeignSwarm"],
  ])("to %s", (_, request, cause) => {
    expect(objectionTo(request, by("ann"))?.cause ?? null).toBe(cause);
  });

  test("to any id of a connection without a viewer", () => {
    expect(objectionTo(announce(own, idOf(viewers.ann)), { ...connection("ann"), swarm })?.cause).toBe(
      "ForeignPeer",
    );
  });

  test("to every swarm of a connection that came without one, or before a revocation", () => {
    const { swarm: _, ...nowhere } = by("ann");
    const before = { ...by("ann"), swarm: "the-others" };
    for (const each of [nowhere, { ...nowhere, swarm: "" }, before])
      expect(objectionTo(announce(own, idOf(viewers.ann)), each)?.cause).toBe("ForeignSwarm");
  });

  test("names the swarm, so that a client knows what is refused", () => {
    expect(objectionTo({ kind: "scrape", infoHashes: [foreign] }, by("ann"))).toMatchObject({
      action: "scrape",
      infoHash: foreign,
    });
  });
});

describe("a sealed offer", () => {
  const path = { infoHash: own, from: idOf(viewers.ann), to: idOf(viewers.bob) };
  const now = 1_800_000_030;
  const id = sealed("the offer's id", path, audience, now);

  test("is opened on its own path for a minute or two", () => {
    for (const later of [0, 29, 60, 89])
      expect(unsealed(id, path, audience, now + later)).toBe("the offer's id");
    expect(unsealed(id, path, audience, now + 90)).toBeNull();
  });

  test.each([
    ["in another swarm", { ...path, infoHash: foreign }],
    ["from somebody else", { ...path, from: idOf("viewer-eve") }],
    ["to somebody else", { ...path, to: idOf("viewer-eve") }],
  ])("isn't opened %s", (_, other) => {
    expect(unsealed(id, other, audience, now)).toBeNull();
  });

  test("isn't opened if it was made up", () => {
    expect(unsealed("the offer's id", path, audience, now)).toBeNull();
    expect(unsealed(`${id}x`, path, audience, now)).toBeNull();
    expect(unsealed("", path, audience, now)).toBeNull();
  });
});

describe("a tracker with an audience", () => {
  let t: TrackerUnderTest;
  beforeEach(() => {
    t = new TrackerUnderTest();
    t.audience = audience;
    t.restart();
  });

  const tell = (name: keyof typeof viewers, message: object) => t.receive(by(name), JSON.stringify(message));
  const announce = (name: keyof typeof viewers, more: object = {}) =>
    tell(name, {
      action: "announce",
      info_hash: own,
      peer_id: idOf(viewers[name]),
      numwant: 5,
      event: "started",
      offers: [offer("an offer's id-------")],
      ...more,
    });
  const answer = (name: keyof typeof viewers, to: string, offerId: unknown, more: object = {}) =>
    tell(name, {
      action: "announce",
      info_hash: own,
      peer_id: idOf(viewers[name]),
      to_peer_id: to,
      answer: { type: "answer", sdp: "v=0" },
      offer_id: offerId,
      ...more,
    });
  const offered = (messages: readonly Sent[]) => messages.find(({ message }) => message.offer)?.message;

  test("introduces its viewers, and the answer comes under the offer's own id", async () => {
    await announce("bob");
    const got = offered(await announce("ann"));
    expect(got?.offer_id).not.toBe("an offer's id-------");
    const [relayed] = await answer("bob", idOf(viewers.ann), got?.offer_id);
    expect(relayed).toMatchObject({ to: "ann", message: { offer_id: "an offer's id-------" } });
  });

  test("refuses another's swarm and id without a look at the store, and then disconnects", async () => {
    const called = t.watchSwarms();
    for (const more of [{ info_hash: foreign }, { peer_id: idOf(viewers.bob) }]) {
      const [refusal, ...others] = await announce("ann", more);
      expect(refusal?.message["failure reason"]).toMatch(/one channel's swarms|contain the viewer's id/);
      expect(others).toEqual([]);
    }
    for (let more = 0; more < 4; more++) await announce("ann", { info_hash: foreign });
    expect(t.disconnected).toEqual(["ann"]);
    expect(called).toEqual([]);
    expect(t.counted()).toMatchObject({ RefusedForeignSwarm: 3, RefusedForeignPeer: 1, Disconnected: 1 });
  });

  test("drops answers that nobody asked for, without a look at the store", async () => {
    await announce("ann");
    const called = t.watchSwarms();
    expect(await answer("bob", idOf(viewers.ann), "an offer's id-------")).toEqual([]);
    expect(called).toEqual([]);
    expect(t.counted()).toMatchObject({ AnswersUnasked: 1 });
  });

  test("keeps nobody from being told what is malformed", async () => {
    expect((await t.receive(by("ann"), "not JSON"))[0]?.message["failure reason"]).toContain("not JSON");
  });

  test("takes `started` from who is seated for an ordinary announce: its offers aren't relayed each time", async () => {
    await announce("bob");
    let relayed = 0;
    for (let time = 0; time < 20; time++)
      relayed += (await announce("ann")).filter(({ message }) => message.offer).length;
    t.now += 600;
    for (let time = 0; time < 20; time++)
      relayed += (await announce("ann")).filter(({ message }) => message.offer).length;
    expect(relayed).toBe(20);
  });
});
