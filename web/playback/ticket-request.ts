/** Asks a deployment for a ticket, and reads the answer or the refusal. */

import type { EntryWay, RefusalReason, TicketRefusal, TicketReply } from "../../functions/edge/ticket.ts";
import { headerOf, type Pass } from "./pass.ts";
import { REFUSALS } from "./refusals.ts";

/** Longer than a password takes to be checked by a function that has to start first. */
const TIMEOUT_MS = 8_000;

export interface AskedTicket {
  /** To be renewed for the same viewer; null asks for a first one. */
  readonly ticket: string | null;
  readonly pass: Pass | null;
  readonly isLasting?: boolean;
}

/** There is no ticket; `reason` says why if that is for the viewer to know. */
export class TicketError extends Error {
  readonly status: number;
  readonly reason: RefusalReason | null;
  /** What a private stream takes. */
  readonly ways: readonly EntryWay[];
  /** How long to wait before another try; null where nothing is said. */
  readonly retryAfterSeconds: number | null;

  constructor(message: string, response: Response, refusal: Partial<TicketRefusal> = {}) {
    super(message);
    this.name = "TicketError";
    this.status = response.status;
    this.reason = refusal.reason ?? null;
    this.ways = refusal.ways ?? [];
    this.retryAfterSeconds = Number(response.headers.get("retry-after")) || null;
  }
}

/** `from` is the deployment's `/ticket`. */
export async function askForTicket(
  from: URL,
  { ticket, pass, isLasting }: AskedTicket,
): Promise<TicketReply> {
  const address = new URL(ticket === null ? from : `/t/${ticket}/ticket`, from);
  if (isLasting) address.searchParams.set("lasting", "1");
  // The edge has no use for it, but the page's preload of the plain address mustn't be taken for the answer.
  if (pass) address.searchParams.set("by", pass.way);
  const response = await fetch(address, {
    ...(pass && { headers: { "x-shoal-pass": headerOf(pass) } }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const found: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusalOf(from, response, found);
  if (!isReply(found)) throw new TicketError(`${from} gave no ticket.`, response);
  return found;
}

function refusalOf(from: URL, response: Response, found: unknown): TicketError {
  const { reason, ways } = (found ?? {}) as Partial<TicketRefusal>;
  if (!reason || !Object.hasOwn(REFUSALS, reason))
    return new TicketError(`${from} answered ${response.status}.`, response);
  const { title, next } = REFUSALS[reason];
  return new TicketError(`${title}. ${next}`, response, { reason, ...(ways && { ways }) });
}

function isReply(found: unknown): found is TicketReply {
  if (typeof found !== "object" || found === null) return false;
  const { ticket, viewer, swarm, seconds } = found as Partial<Record<keyof TicketReply, unknown>>;
  const isText = (value: unknown) => typeof value === "string" && value !== "";
  return isText(ticket) && isText(viewer) && isText(swarm) && typeof seconds === "number";
}
