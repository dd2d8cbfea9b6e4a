import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { type Shoal, startShoal } from "../../local/shoal.ts";

const INFO_HASH = "a swarm of this test";

async function start(): Promise<Shoal> {
  const shoal = await startShoal({
    host: "127.0.0.1",
    port: 0,
    streamKey: "key",
    withChannel: false,
    isOpenTracker: true,
  });
  onTestFinished(() => shoal.stop());
  return shoal;
}

interface Reply {
  readonly action: string;
  readonly info_hash: string;
  readonly interval?: number;
  readonly incomplete?: number;
  readonly "failure reason"?: string;
}

/** A viewer that announces, and remembers what it hears. */
async function viewer(shoal: Shoal, peerId: string) {
  const socket = new WebSocket(shoal.trackerUrl);
  onTestFinished(() => socket.terminate());
  const heard: Reply[] = [];
  socket.on("message", (data: Buffer) => heard.push(JSON.parse(data.toString()) as Reply));
  await once(socket, "open");
  return {
    socket,
    /** Announces, and gives the first message that comes then. */
    announce: async (): Promise<Reply | undefined> => {
      const before = heard.length;
      socket.send(
        JSON.stringify({ action: "announce", info_hash: INFO_HASH, peer_id: peerId, numwant: 5, offers: [] }),
      );
      await expect.poll(() => heard.length, { timeout: 15_000 }).toBeGreaterThan(before);
      return heard[before];
    },
  };
}

test("DynamoDB away for 5 s: a failure reason, the connection stays, and the next announce works", async () => {
  const shoal = await start();
  const { socket, announce } = await viewer(shoal, "-first-viewer-------");
  expect(await announce()).toMatchObject({ action: "announce", incomplete: 1 });

  await shoal.faults.database.begin();
  const back = pause(5000).then(() => shoal.faults.database.end());
  const refusal = await announce();
  expect(refusal).toMatchObject({ action: "announce", info_hash: INFO_HASH });
  expect(refusal?.["failure reason"]).toBeTruthy();

  await back;
  expect(socket.readyState).toBe(WebSocket.OPEN);
  expect(await announce()).toMatchObject({ action: "announce", interval: expect.any(Number), incomplete: 1 });
});

test("the tracker away cuts its connections, and lets viewers in again when it is back", async () => {
  const shoal = await start();
  const { socket } = await viewer(shoal, "-first-viewer-------");
  const closed = once(socket, "close");
  await shoal.faults.tracker.begin();
  await closed;
  await expect(viewer(shoal, "-second-viewer------")).rejects.toThrow(/hang up|ECONNRESET/);
  await shoal.faults.tracker.end();
  const { announce } = await viewer(shoal, "-third-viewer-------");
  expect(await announce()).toMatchObject({ action: "announce", interval: expect.any(Number) });
});

test("the CDN away breaks the stream's requests and leaves the pages", async () => {
  const shoal = await start();
  expect((await fetch(shoal.hlsUrl)).status).toBe(404);
  await shoal.faults.cdn.begin();
  await expect(fetch(shoal.hlsUrl)).rejects.toThrow("fetch failed");
  expect((await fetch(`${shoal.url}config.json`)).status).toBe(200);
  await shoal.faults.cdn.end();
  expect((await fetch(shoal.hlsUrl)).status).toBe(404);
});

test("the status counts the viewers who are connected to the tracker", async () => {
  const shoal = await start();
  const counts: number[] = [];
  shoal.events.on("status", ({ viewers }) => counts.push(viewers));
  const { socket } = await viewer(shoal, "-first-viewer-------");
  await viewer(shoal, "-second-viewer------");
  socket.close();
  await expect.poll(() => counts).toEqual([1, 2, 1]);
});

test("a stopped Shoal has freed its port", async () => {
  const shoal = await startShoal({ host: "127.0.0.1", port: 0, streamKey: "key", withChannel: false });
  const port = Number(new URL(shoal.url).port);
  await shoal.stop();
  const next = await startShoal({ host: "127.0.0.1", port, streamKey: "key", withChannel: false });
  await next.stop();
});
