/** Tests what is read for an announce in small and large swarms. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  connection,
  offer,
  peer,
  receivers,
  swarm,
  TrackerUnderTest,
} from "../../test/doubles/tracker-under-test.ts";

let t: TrackerUnderTest;
beforeEach(() => {
  t = new TrackerUnderTest();
});

describe("what an announce reads:", () => {
  test.each([
    ["has no offers", { offers: [] }],
    ["wants no receivers", { numwant: 0 }],
  ])("one that %s reads nothing near", async (_, more) => {
    const called = t.watchSwarms();
    await t.announce("ann", more);
    expect(called).toEqual(["find", "sampleWorld", "take"]);
  });

  test("a first one looks for its seat as well, since anybody can say that it is the first", async () => {
    const called = t.watchSwarms();
    await t.announce("ann");
    expect(called).toEqual(["find", "sampleLan", "sampleNet", "sampleWorld", "take"]);
  });

  test("a later one finds its seat and doesn't write it again", async () => {
    await t.announce("ann");
    t.now += 30;
    await t.announce("ann", { event: undefined });
    t.restart();
    const called = t.watchSwarms();
    await t.announce("ann", { event: undefined });
    expect(called).toEqual(["find", "sampleLan", "sampleNet", "sampleWorld"]);
  });
});

describe("a swarm that was small when this instance last saw it", () => {
  const crowd = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const seat = {
        infoHash: swarm,
        peerId: peer(`p${n}`),
        connection: connection(`c${n}`),
        isSeeder: false,
      };
      await t.swarms.take({
        ...seat,
        takenAt: t.now,
        othersWhenHelped: n,
        helpedAt: t.now,
        expiresAt: t.now + 9000,
      });
    }
  };

  test("is read whole, and nothing else is read", async () => {
    await t.announce("bob");
    const called = t.watchSwarms();
    expect(receivers(await t.announce("ann"))).toEqual(["bob"]);
    t.now += 30;
    await t.announce("ann", { event: undefined });
    await t.announce("ann", { event: undefined });
    expect(called).toEqual(["readAll", "take", "readAll", "take", "readAll"]);
  });

  test("shows who is near: one of two offers goes behind the address, though others came first", async () => {
    const at = (id: string, lan: string, net: string | null) => ({ id, locality: { lan, net } });
    const first = { action: "announce", info_hash: swarm, numwant: 2, event: "started" };
    const join = (name: string, lan: string, net: string | null, offers: readonly object[] = []) =>
      t.receive(at(name, lan, net), JSON.stringify({ ...first, peer_id: peer(name), offers }));
    for (let n = 0; n < 9; n++) await join(`far ${n}`, `lan ${n}`, null);
    await join("sibling", "home", "DE-1");
    await join("compatriot", "elsewhere", "DE-1");
    expect(receivers(await join("ann", "home", "DE-1", [offer("1"), offer("2")]))).toContain("sibling");
    expect(receivers(await join("bob", "train", "DE-1", [offer("1"), offer("2")]))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(sibling|compatriot|ann)$/)]),
    );
    expect(receivers(await join("eve", "plane", null, [offer("1"), offer("2")]))).toHaveLength(2);
  });

  test("is sampled again once it has grown, in the same announce", async () => {
    await t.announce("ann");
    await crowd(400);
    const called = t.watchSwarms();
    await t.announce("bob");
    await t.announce("eve");
    expect(called).toEqual([
      ...["readAll", "find", "sampleLan", "sampleNet", "sampleWorld", "take"],
      ...["find", "sampleLan", "sampleNet", "sampleWorld", "take"],
    ]);
  });

  test("is read whole up to 160 seats, and sampled from the next announce on", async () => {
    await t.announce("ann");
    await crowd(180);
    const called = t.watchSwarms();
    await t.announce("bob");
    await t.announce("eve");
    expect(called.filter((method) => method !== "take")).toEqual([
      "readAll",
      ...["find", "sampleLan", "sampleNet", "sampleWorld"],
    ]);
  });

  test("is read whole again once it has shrunk", async () => {
    await crowd(400);
    await t.announce("ann");
    for (let n = 0; n < 400; n++) await t.swarms.leaveAll(connection(`c${n}`));
    const called = t.watchSwarms();
    await t.announce("bob");
    await t.announce("eve");
    expect(called).toEqual(["find", "sampleLan", "sampleNet", "sampleWorld", "take", "readAll", "take"]);
  });

  test("is counted by one reading for a scrape", async () => {
    await t.announce("ann");
    const called = t.watchSwarms();
    const [scraped] = await t.receive(connection("bob"), `{"action":"scrape","info_hash":"${swarm}"}`);
    expect(scraped?.message.files).toEqual({ [swarm]: { complete: 0, incomplete: 1, downloaded: 0 } });
    expect(called).toEqual(["readAll"]);
  });

  test("is forgotten when 10,000 others have been seen since", async () => {
    await t.announce("ann");
    for (let n = 0; n < 157; n++) {
      const hashes = Array.from({ length: 64 }, (_, m) => `swarm ${64 * n + m}`.padEnd(20));
      await t.receive(connection(`c${n}`), JSON.stringify({ action: "scrape", info_hash: hashes }));
    }
    const called = t.watchSwarms();
    await t.announce("bob");
    expect(called).toContain("sampleWorld");
  });
});
