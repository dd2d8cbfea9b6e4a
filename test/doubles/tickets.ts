/** A viewer's ticket from a site whose edge is made up. */

import { vi } from "vitest";
import { Tickets } from "../../web/playback/tickets.ts";

export const ticketReply = {
  ticket: "a-ticket",
  viewer: "a-viewer-1",
  swarm: "a-swarm-01",
  seconds: 900,
};

/** The ticket for what is at `site`; the page's own fetch is as it was afterwards. */
export async function ticketsFor(site: string): Promise<Tickets> {
  const before = globalThis.fetch;
  answerWithTickets();
  try {
    return await Tickets.get(new URL("/ticket", site));
  } finally {
    vi.stubGlobal("fetch", before);
  }
}

/** From now on whatever is fetched is a ticket. */
export function answerWithTickets(more: Partial<typeof ticketReply> = {}): void {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ ...ticketReply, ...more })));
}
