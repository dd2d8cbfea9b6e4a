/**
 * The viewer's ticket: written into the path of what needs one, and renewed while it is used. Players know addresses
 * without it, so it is no part of a segment's identity, nor of anything that viewers tell each other.
 */

import type { TicketReply } from "../../functions/edge/ticket.ts";
import { Emitter } from "./emitter.ts";

/** A ticket is renewed once half of its time has passed: minutes for retries, before it expires. */
const RENEWED_AT = 0.5;

/** After a failed renewal. */
const RETRY_MS = 5_000;

const TIMEOUT_MS = 8_000;

/** The status with which the edge refuses a ticket, and nothing else. */
export const TICKET_REFUSED = 401;

export class Tickets {
  readonly #from: URL;
  readonly #events = new Emitter<{ swarm: string }>();
  #reply: TicketReply;
  #renewAt = 0;
  #expiresAt = 0;
  #takenAt = 0;
  #renewing: Promise<void> | null = null;

  /** Gets a first ticket from the deployment's `/ticket`. Rejects when there is none to be had. */
  static async get(from: URL): Promise<Tickets> {
    return new Tickets(from, await fetchTicket(from));
  }

  private constructor(from: URL, reply: TicketReply) {
    this.#from = from;
    this.#reply = reply;
    this.#take(reply);
  }

  /** Names the viewer for this visit; its peer ids have to contain it. */
  get viewer(): string {
    return this.#reply.viewer;
  }

  /** What the channel's swarms are named by. */
  get swarm(): string {
    return this.#reply.swarm;
  }

  /** Calls `listener` when the swarms are renamed, as when all tickets are revoked. Returns a function that stops it. */
  onSwarm(listener: (swarm: string) => void): () => void {
    return this.#events.on("swarm", listener);
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
    const address = new URL(plain);
    if (address.host !== this.#from.host) return plain;
    if (Date.now() >= this.#renewAt) void this.#renew();
    address.pathname = `/t/${this.#reply.ticket}${address.pathname}`;
    return address.href;
  }

  /** The address with a ticket for the length of a show, for a player that can't change it. */
  async lasting(plain: string): Promise<string> {
    const longer = new URL(this.#renewal);
    longer.searchParams.set("lasting", "1");
    const { ticket } = await fetchTicket(longer);
    const address = new URL(plain);
    address.pathname = `/t/${ticket}${address.pathname}`;
    return address.href;
  }

  /** Say so when the edge refused the ticket: the next request waits for another, unless this one is new. */
  refused(): void {
    if (Date.now() - this.#takenAt < RETRY_MS) return;
    this.#expiresAt = 0;
    this.#renewAt = 0;
  }

  get #renewal(): string {
    return new URL(`/t/${this.#reply.ticket}/ticket`, this.#from).href;
  }

  /** Never rejects: the old ticket may still do. */
  #renew(): Promise<void> {
    this.#renewing ??= this.#fetchNext()
      .then(
        (reply) => this.#take(reply),
        () => {
          this.#renewAt = Date.now() + RETRY_MS;
        },
      )
      .finally(() => {
        this.#renewing = null;
      });
    return this.#renewing;
  }

  /** The same viewer's next ticket, or if the edge doesn't know this one any more, another viewer's. */
  async #fetchNext(): Promise<TicketReply> {
    try {
      return await fetchTicket(new URL(this.#renewal));
    } catch (error) {
      if (error instanceof TicketError && error.status === TICKET_REFUSED) return fetchTicket(this.#from);
      throw error;
    }
  }

  #take(reply: TicketReply): void {
    const { swarm } = this.#reply;
    this.#reply = reply;
    this.#takenAt = Date.now();
    this.#renewAt = this.#takenAt + reply.seconds * 1000 * RENEWED_AT;
    this.#expiresAt = this.#takenAt + reply.seconds * 1000;
    if (reply.swarm !== swarm) this.#events.emit("swarm", reply.swarm);
  }
}

/** An address as players know it: without a ticket. */
export function withoutTicket(address: string): string {
  return address.replace(/^(\w+:\/\/[^/]+)\/t\/[^/]+(?=\/)/, "$1");
}

class TicketError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "TicketError";
    this.status = status;
  }
}

async function fetchTicket(from: URL): Promise<TicketReply> {
  const response = await fetch(from, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const place = withoutTicket(from.href);
  if (!response.ok) throw new TicketError(response.status, `${place} answered ${response.status}.`);
  const found: unknown = await response.json().catch(() => null);
  if (!isReply(found)) throw new TicketError(response.status, `${place} gave no ticket.`);
  return found;
}

function isReply(found: unknown): found is TicketReply {
  if (typeof found !== "object" || found === null) return false;
  const { ticket, viewer, swarm, seconds } = found as Partial<Record<keyof TicketReply, unknown>>;
  const isText = (value: unknown) => typeof value === "string" && value !== "";
  return isText(ticket) && isText(viewer) && isText(swarm) && typeof seconds === "number";
}
