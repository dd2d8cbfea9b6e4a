/** Tests in which order messages go out, and what happens when they can't be sent. */
import { beforeEach, describe, expect, test } from "vitest";
import { peer, receivers, swarm, TrackerUnderTest } from "../../test/doubles/tracker-under-test.ts";
import { Throttled } from "./swarms.ts";

let t: TrackerUnderTest;
beforeEach(() => {
  t = new TrackerUnderTest();
});

describe("delivering", () => {
  test("the sender's reply goes out before any offer", async () => {
    await t.announce("bob");
    await t.announce("ann");
    expect(t.sent.map(({ to }) => to)).toEqual(["ann", "bob"]);
  });

  test("a receiver that turns out to be gone loses all its seats", async () => {
    await t.announce("bob");
    await t.announce("bob", { info_hash: "another swarm-------" });
    t.deliver = (to) => (to === "bob" ? "gone" : "sent");
    await t.announce("ann");
    expect(await t.swarms.find(swarm, peer("bob"))).toBeUndefined();
    expect(await t.swarms.find("another swarm-------", peer("bob"))).toBeUndefined();
    expect(t.counted()).toMatchObject({ GoneConnections: 1, SeatsLeft: 2 });
  });

  test("a sender that is gone loses its seat too", async () => {
    await t.announce("bob");
    t.deliver = () => "gone";
    await t.announce("ann");
    expect(await t.swarms.find(swarm, peer("ann"))).toBeUndefined();
  });

  test("if the sender is gone, nobody gets its offers", async () => {
    await t.announce("bob");
    expect(receivers(await t.announce("ann"))).toEqual(["bob"]);
    t.deliver = (to) => (to === "ann" ? "gone" : "sent");
    expect((await t.announce("ann")).map(({ to }) => to)).toEqual(["ann"]);
  });

  test("a receiver that is gone loses its seat even where its register lacks it", async () => {
    await t.announce("bob");
    t.deliver = (to) => (to === "bob" ? "gone" : "sent");
    t.swarms.failure = { methods: ["leaveAll"], error: new Throttled("busy") };
    await t.announce("ann");
    expect(await t.swarms.find(swarm, peer("bob"))).toBeUndefined();
    expect(t.counted()).toMatchObject({ SeatsLeft: 1 });
  });

  test("a failure to free the seat of a receiver that is gone is reported, and the others get their offers", async () => {
    await t.announce("bob");
    await t.announce("eve");
    t.deliver = (to) => (to === "bob" ? "gone" : "sent");
    t.swarms.failure = { methods: ["leave", "leaveAll"], error: new Error("no route") };
    expect(receivers(await t.announce("ann")).toSorted()).toEqual(["bob", "eve"]);
    expect(t.failures.toSorted()).toEqual([
      "a seat was not freed: Error: no route",
      "seats were not freed: Error: no route",
    ]);
  });

  test.each([
    ["throttled", "shed" as const],
    ["refused", new Error("403")],
  ])("an offer that is %s is counted as shed, and the others go out", async (_, outcome) => {
    await t.announce("bob");
    await t.announce("eve");
    t.deliver = (to) => (to === "bob" ? outcome : "sent");
    await t.announce("ann");
    expect(t.sent.map(({ to }) => to).toSorted()).toEqual(["ann", "bob", "eve"]);
    expect(t.counted()).toMatchObject({ MessagesShed: 1 });
  });
});
