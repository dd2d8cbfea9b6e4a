import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { type LocalTracker, startTracker } from "../../local/tracker.ts";
import { id, Viewer } from "./tracker/viewer.ts";

async function start(): Promise<LocalTracker & { url: string }> {
  const tracker = await startTracker({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => tracker.stop());
  return Object.assign(tracker, { url: `ws://127.0.0.1:${tracker.port}/announce` });
}

test("two clients find each other: the offer of the second reaches the first, and the answer comes back", async () => {
  const { url } = await start();
  const [first, second] = [await Viewer.connect(url), await Viewer.connect(url)];
  first.announce(id("swarm"), id("first"));
  await first.hearsReply(id("swarm"));
  second.announce(id("swarm"), id("second"));
  const offer = await first.hearsOffer(id("second"));
  first.answer(id("swarm"), id("first"), id("second"), offer.offer_id ?? "");
  expect((await second.hearsAnswer(id("first"))).offer_id).toBe(offer.offer_id);
});

test("who leaves without a word is out of the swarm", async () => {
  const { url } = await start();
  const [first, second] = [await Viewer.connect(url), await Viewer.connect(url)];
  first.announce(id("swarm"), id("first"));
  await first.hearsReply(id("swarm"));
  second.announce(id("swarm"), id("second"));
  expect(await second.hearsReply(id("swarm"))).toMatchObject({ incomplete: 2 });
  first.close();
  await expect
    .poll(async () => {
      const third = await Viewer.connect(url);
      third.announce(id("swarm"), id("third"), { event: "stopped" });
      return (await third.hearsReply(id("swarm"))).incomplete;
    })
    .toBe(1);
});

test("clients are counted while they are connected", async () => {
  const tracker = await start();
  const socket = new WebSocket(tracker.url);
  await once(socket, "open");
  expect(tracker.clients).toBe(1);
  socket.terminate();
  await expect.poll(() => tracker.clients).toBe(0);
});

test("a browser that opens the tracker's address is told what it is", async () => {
  const { port } = await start();
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect([response.status, await response.text()]).toEqual([
    426,
    expect.stringContaining("WebTorrent tracker"),
  ]);
});

test("a port that is taken is the system's error", async () => {
  const { port } = await start();
  await expect(startTracker({ host: "127.0.0.1", port })).rejects.toMatchObject({ code: "EADDRINUSE", port });
});
