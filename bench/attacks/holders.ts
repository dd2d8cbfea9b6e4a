/** What somebody with a ticket can try against the tracker, until it is heard no more. */

import { once } from "node:events";
import { WebSocket } from "ws";
import type { TicketReply } from "../../functions/edge/ticket.ts";
import type { Shoal } from "../../local/shoal.ts";
import { Viewer } from "../../test/stack/tracker/viewer.ts";
import type { Done } from "./toll.ts";

interface Holder {
  readonly ticket: TicketReply;
  readonly swarm: string;
  readonly peerId: string;
  connect(): Promise<Viewer>;
}

async function holder(shoal: Shoal): Promise<Holder> {
  const ticket = (await (await fetch(`${shoal.url}ticket`)).json()) as TicketReply;
  return {
    ticket,
    swarm: `${ticket.swarm}video-----`,
    peerId: `-SH01sm-${ticket.viewer}ab`,
    connect: () => Viewer.connect(`${shoal.url.replace("http", "ws")}t/${ticket.ticket}/tracker`),
  };
}

/** How many messages a connection sends before it waits for the answers. */
const BURST = 30;

/** One ticket over ever new connections, each with a burst, until none is let in. Returns what was sent and heard. */
async function flood(
  shoal: Shoal,
  send: (viewer: Viewer, from: Holder, time: number) => void,
): Promise<Done> {
  const from = await holder(shoal);
  let [messages, requests] = [0, 1];
  for (;;) {
    requests += 1;
    const viewer = await from.connect().catch(() => null);
    if (!viewer) return { requests, messages };
    let sent = 0;
    for (; sent < BURST && viewer.isOpen; sent += 1) send(viewer, from, sent);
    await settled(viewer, sent);
    messages += sent + viewer.heard.length;
    await viewer.close();
  }
}

/** All answers are there, the connection was ended, or nothing comes any more. */
async function settled(viewer: Viewer, sent: number): Promise<void> {
  for (let tenths = 0; tenths < 20; tenths += 1) {
    if (!viewer.isOpen || viewer.heard.length >= sent) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export const replay = (shoal: Shoal): Promise<Done> =>
  flood(shoal, (viewer, { swarm }) => viewer.send({ action: "scrape", info_hash: swarm }));

/** With five offers each. */
export const started = (shoal: Shoal): Promise<Done> =>
  flood(shoal, (viewer, { swarm, peerId }) => viewer.announce(swarm, peerId));

export const otherSwarms = (shoal: Shoal): Promise<Done> =>
  flood(shoal, (viewer, { peerId }) => viewer.announce("a swarm of elsewhere", peerId));

export const otherPeers = (shoal: Shoal): Promise<Done> =>
  flood(shoal, (viewer, { swarm }, time) => viewer.announce(swarm, `-SH01sm-somebody${time % 10}ab`));

export const uninvitedAnswers = (shoal: Shoal): Promise<Done> =>
  flood(shoal, (viewer, { swarm, peerId }, time) =>
    viewer.answer(swarm, peerId, "-SH01sm-somebodyelse", `guess ${time}`),
  );

/** With a new ticket for each 25, from one network, of which 1,000 in ten minutes are let in. */
export async function connects(shoal: Shoal, times: number): Promise<Done> {
  for (let time = 0; time < times; time += 25) {
    const { ticket } = await holder(shoal);
    const path = `${shoal.url.replace("http", "ws")}t/${ticket.ticket}/tracker`;
    await Promise.all(Array.from({ length: 25 }, () => knock(path)));
  }
  // What disconnecting runs, too.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return { requests: times + times / 25 };
}

async function knock(path: string): Promise<void> {
  const socket = new WebSocket(path).on("error", () => {});
  await Promise.race([once(socket, "open"), once(socket, "unexpected-response")]);
  socket.terminate();
}
