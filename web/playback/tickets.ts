/**
 * The viewer's ticket: written into the path of what needs one, and renewed while it is used. Players know addresses
 * without it, so it is no part of a segment's identity, nor of anything that viewers tell each other.
 */

import type { RefusalReason, TicketReply } from "../../functions/edge/ticket.ts";
import { Emitter } from "./emitter.ts";
import type { Pass, PassSource } from "./pass.ts";
import { retrySecondsAfter } from "./refusals.ts";
import { recallTicket, rememberTicket } from "./seat-memory.ts";
import { type AskedTicket, askForTicket, TicketError } from "./ticket-request.ts";

/** A ticket is renewed once half of its time has passed: minutes for retries, before it expires. */
const RENEWED_AT = 0.5;

/** After a failed renewal. */
const RETRY_MS = 5_000;

/** The status with which the edge refuses a ticket, and nothing else. */
export const TICKET_REFUSED = 401;

export class Tickets {
  readonly #from: URL;
  readonly #events = new Emitter<{ change: null }>();
  #pass: PassSource | null;
  #reply: TicketReply;
  #refusal: RefusalReason | null = null;
  #renewAt = 0;
  #expiresAt = 0;
  #takenAt = 0;
  #renewing: Promise<void> | null = null;

  /**
   * Gets a first ticket from the deployment's `/ticket`, with a pass if the stream is private. Rejects when there is none
   * to be had: with a TicketError when it was refused.
   */
  static async get(from: URL, pass: PassSource | null = null): Promise<Tickets> {
    const brought = pass && (await pass());
    const known = brought?.way === "link" ? recallTicket() : null;
    const ways = known ? [{ ticket: known, pass: brought }] : [];
    return new Tickets(from, pass, await firstOf(from, [...ways, { ticket: null, pass: brought }]), brought);
  }

  private constructor(from: URL, pass: PassSource | null, reply: TicketReply, brought: Pass | null) {
    this.#from = from;
    this.#pass = pass;
    this.#reply = reply;
    this.#take(reply, brought);
  }

  /** Names the viewer for this visit; its peer ids have to contain it. */
  get viewer(): string {
    return this.#reply.viewer;
  }

  /** What the channel's swarms are named by. */
  get swarm(): string {
    return this.#reply.swarm;
  }

  /** Why the viewer may not watch any more; null while it may. */
  get refusal(): RefusalReason | null {
    return this.#refusal;
  }

  /**
   * Calls `listener` when the swarms are renamed, as when all tickets are revoked, and when the viewer may not watch any
   * more, or may again. Returns a function that stops it.
   */
  onChange(listener: () => void): () => void {
    return this.#events.on("change", listener);
  }

  /**
   * The address to ask for: with the ticket, if it is one of the deployment's. A promise while the ticket has to be
   * renewed first. Renewal needs no timer, because whoever plays asks for something every second.
   */
  address(plain: string): string | Promise<string> {
    if (this.#expiresAt > Date.now() || Date.now() < this.#renewAt) return this.current(plain);
    return this.#renew().then(() => this.current(plain));
  }

  /** The same at once, with the ticket as it is. */
  current(plain: string): string {
    if (new URL(plain).host !== this.#from.host) return plain;
    if (Date.now() >= this.#renewAt) void this.#renew();
    return withTicket(plain, this.#reply.ticket);
  }

  /** The address with a ticket for the length of a show, for a player that can't change it. */
  async lasting(plain: string): Promise<string> {
    const pass = (await this.#pass?.()) ?? null;
    const seated = pass?.way === "link" ? pass : null;
    const { ticket } = await askForTicket(this.#from, {
      ticket: this.#reply.ticket,
      pass: seated,
      isLasting: true,
    });
    return withTicket(plain, ticket);
  }

  /** Say so when the edge refused the ticket: it is replaced before the next request, unless this one is new. */
  refused(): void {
    if (Date.now() - this.#takenAt < RETRY_MS || this.#refusal !== null) return;
    this.#expiresAt = 0;
    this.#renewAt = 0;
    void this.#renew();
  }

  /** Say so when the page has another pass: it is tried at once. */
  passChanged(): void {
    this.#renewAt = 0;
    if (this.#refusal !== null) void this.#renew();
  }

  /** Never rejects: the old ticket may still do. */
  #renew(): Promise<void> {
    this.#renewing ??= this.#fetchNext().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #fetchNext(): Promise<void> {
    try {
      const pass = (await this.#pass?.()) ?? null;
      this.#take(await firstOf(this.#from, waysToRenew(this.#reply.ticket, pass)), pass);
    } catch (error) {
      const reason = error instanceof TicketError ? error.reason : null;
      this.#renewAt = Date.now() + (reason ? retrySecondsAfter(reason) * 1000 : RETRY_MS);
      if (reason === null) return;
      // It was changed: what the page remembers of it would only be counted as wrong.
      if (reason === "wrong-password") this.#pass = null;
      this.#refuse(reason);
    }
  }

  #take(reply: TicketReply, pass: Pass | null): void {
    const { swarm } = this.#reply;
    this.#reply = reply;
    this.#takenAt = Date.now();
    this.#renewAt = this.#takenAt + reply.seconds * 1000 * RENEWED_AT;
    this.#expiresAt = this.#takenAt + reply.seconds * 1000;
    if (pass?.way === "link") rememberTicket(reply.ticket);
    if (this.#refusal !== null) this.#refuse(null);
    else if (reply.swarm !== swarm) this.#events.emit("change", null);
  }

  #refuse(reason: RefusalReason | null): void {
    if (this.#refusal === reason) return;
    this.#refusal = reason;
    this.#events.emit("change", null);
  }
}

function withTicket(plain: string, ticket: string): string {
  const address = new URL(plain);
  address.pathname = `/t/${ticket}${address.pathname}`;
  return address.href;
}

/** An address as players know it: without a ticket. */
export function withoutTicket(address: string): string {
  return address.replace(/^(\w+:\/\/[^/]+)\/t\/[^/]+(?=\/)/, "$1");
}

/**
 * The ways to the same viewer's next ticket, in order. A link's seat is renewed with it. Who can't renew enters again,
 * and if the edge doesn't know the ticket any more, as another viewer.
 */
function waysToRenew(ticket: string, pass: Pass | null): AskedTicket[] {
  const again = [
    { ticket, pass },
    { ticket: null, pass },
  ];
  return pass?.way === "link" || pass === null ? again : [{ ticket, pass: null }, ...again];
}

/** The first that isn't refused for what it renews; a refusal with a reason is final. */
async function firstOf(from: URL, ways: readonly AskedTicket[]): Promise<TicketReply> {
  for (const way of ways.slice(0, -1)) {
    try {
      return await askForTicket(from, way);
    } catch (error) {
      if (!(error instanceof TicketError) || error.status !== TICKET_REFUSED || error.reason) throw error;
    }
  }
  return askForTicket(from, ways.at(-1) as AskedTicket);
}
