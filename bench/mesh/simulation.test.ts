/** Tests what the tracker's decisions amount to, with small audiences that go through what large ones do. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Crowd, crowd, type Steady, steady } from "./scenarios.ts";

const seed = 20261121;
const audience = { viewers: 600, stayMinutes: 60, fillMinutes: 5, settleMinutes: 40, measureMinutes: 15 };

describe(`six hundred viewers that stay an hour (seed ${seed})`, () => {
  let shoal: Steady;
  let reference: Steady;
  beforeAll(async () => {
    shoal = await steady("shoal", audience, seed);
    reference = await steady("reference", audience, seed);
  }, 60_000);

  test("have enough neighbours, and none too many", () => {
    expect(shoal.mesh.neighbours.fewest).toBeGreaterThanOrEqual(5);
    expect(shoal.mesh.neighbours.most).toBeLessThanOrEqual(50);
  });

  test("are one swarm", () => {
    expect(shoal.mesh.largestComponent).toBeGreaterThan(0.99);
  });

  test("find near neighbours, which random receivers don't", () => {
    expect(shoal.mesh.sameNetwork).toBeGreaterThan(3 * reference.mesh.sameNetwork);
    expect(shoal.mesh.sameAddress).toBeGreaterThan(3 * reference.mesh.sameAddress);
  });

  test("cost less than a fifth of the messages of a tracker with two minutes and five offers", () => {
    expect(shoal.messagesPerViewerHour).toBeLessThan(reference.messagesPerViewerHour / 5);
  });

  test("are the same audience for the same seed", async () => {
    const small = { ...audience, viewers: 60, settleMinutes: 5, measureMinutes: 5 };
    expect(await steady("shoal", small, seed)).toEqual(await steady("shoal", small, seed));
  });
});

describe(`a crowd of six hundred (seed ${seed})`, () => {
  let came: Crowd;
  beforeAll(async () => {
    came = await crowd("shoal", 600, seed);
  }, 60_000);

  test("is one swarm in which nobody has too many neighbours", () => {
    expect(came.mesh.largestComponent).toBeGreaterThan(0.99);
    expect(came.mesh.neighbours.most).toBeLessThanOrEqual(50);
  });

  test("keeps its mesh when all connections to the tracker are cut, and doesn't grow without end", () => {
    const { neighbours } = came.reconnect.mesh;
    expect(neighbours.median).toBeGreaterThanOrEqual(came.mesh.neighbours.median);
    expect(neighbours.median).toBeLessThan(1.5 * came.mesh.neighbours.median);
  });

  test("doesn't announce together once it has come back", () => {
    expect(came.reconnect.busiestSecond).toBeLessThan(came.busiestSecond / 4);
    expect(came.reconnect.busiestSecondLater).toBeLessThanOrEqual(came.reconnect.busiestSecond);
  });

  test("heals when half of it leaves at once", () => {
    const { atOnce, healed } = came.exodus;
    expect(healed.neighbours.median).toBeGreaterThan(atOnce.neighbours.median);
    expect(healed.largestComponent).toBeGreaterThan(0.99);
  });
});
