/** Decides whether someone may enter a private stream, and gives the ticket: functions/edge/viewer-request.js checks it. */

import { SignJWT } from "jose";
import type { EntryWay, RefusalReason, TicketReply } from "../edge/ticket.ts";
import { type Counters, WINDOW_SECONDS, windowAt } from "../tracker/limits.ts";
import type { LinkSeats } from "./link-seats.ts";
import { readLink } from "./links.ts";
import type { TokenOutcome } from "./site-tokens.ts";

/** What the edge passes on. */
export interface EntryRequest {
  readonly way: EntryWay;
  readonly value: string;
  /** The viewer's id, if it has a ticket; it keeps that. */
  readonly viewer: string | undefined;
  /** For a player that can't renew its ticket. */
  readonly isLasting: boolean;
  /** What names the viewer's network, without its address. */
  readonly network: string;
  readonly generation: number;
  readonly swarm: string;
}

export interface EntryServices {
  readonly channel: string;
  readonly ticketKey: string;
  readonly counters: Counters;
  readonly seats: Pick<LinkSeats, "take">;
  isPassword(password: string): Promise<boolean>;
  checkToken(token: string): Promise<TokenOutcome>;
  nowSeconds(): number;
  /** Ten characters that no two visits share. */
  newViewer(): string;
}

export type EntryOutcome =
  | { readonly ticket: TicketReply }
  | { readonly reason: RefusalReason; readonly retryAfterSeconds?: number };

/** Passwords and tokens from one network that may be wrong in ten minutes. What was right doesn't count. */
const WRONG_TRIES = 30;

/** Entries by one link in ten minutes: who finds it in use tries once a minute, and must take nothing from who watches. */
const ENTRIES_OF_A_LINK = 300;

const TICKET_SECONDS = 900;

/** A link's tickets are short, so that a seat is free soon after its viewer has left. */
const LINK_TICKET_SECONDS = 300;

/** The longest visit without entering again, and the ticket of a player that can't renew. */
const VISIT_SECONDS = 43_200;

export async function enter(request: EntryRequest, services: EntryServices): Promise<EntryOutcome> {
  if (request.way === "link") return enterByLink(request, services);
  const { counters } = services;
  const now = services.nowSeconds();
  const window = windowAt(now);
  const count = (by: number) => counters.add(`tries#${request.network}`, by, WRONG_TRIES, window);
  // Counted before it is looked at, so that a thousand tries at once are no more than thirty.
  if (!(await count(1))) return tooOften(now);
  const found = await checked(request, services).catch(async (error: unknown) => {
    await count(-1);
    throw error;
  });
  // Written for wrong ones too, which so take as long. A token that has expired was right once.
  const isWrong = "reason" in found && found.reason !== "token-over";
  await count(isWrong ? 0 : -1);
  if ("reason" in found) return found;
  const end = Math.min(now + VISIT_SECONDS, found.expiresAt);
  const exp = Math.min(now + lastingOr(request, TICKET_SECONDS), end);
  return { ticket: await ticketFor(request, { end, exp }, services) };
}

async function checked(
  { way, value }: EntryRequest,
  services: EntryServices,
): Promise<TokenOutcome | { readonly reason: "wrong-password" }> {
  if (way === "token") return services.checkToken(value);
  const password = Buffer.from(value, "base64url").toString();
  return (await services.isPassword(password))
    ? { expiresAt: Number.POSITIVE_INFINITY }
    : { reason: "wrong-password" };
}

async function enterByLink(request: EntryRequest, services: EntryServices): Promise<EntryOutcome> {
  const link = readLink(request.value);
  const now = services.nowSeconds();
  if (!(await services.counters.add(`link#${link.id}`, 1, ENTRIES_OF_A_LINK, windowAt(now)))) {
    return tooOften(now);
  }
  const viewer = request.viewer ?? services.newViewer();
  const exp = Math.min(now + lastingOr(request, LINK_TICKET_SECONDS), link.until);
  if (!(await services.seats.take(link, viewer, Math.floor(exp)))) return { reason: "link-full" };
  // It ends with the ticket, so that its viewer has to come back here, where the seat is.
  return { ticket: await ticketFor({ ...request, viewer }, { end: exp, exp }, services) };
}

function lastingOr({ isLasting }: EntryRequest, seconds: number): number {
  return isLasting ? VISIT_SECONDS : seconds;
}

function tooOften(now: number): EntryOutcome {
  return { reason: "too-often", retryAfterSeconds: Math.ceil(WINDOW_SECONDS - (now % WINDOW_SECONDS)) };
}

/** As the edge makes them, with `end`, beyond which it renews none. */
async function ticketFor(
  { viewer, generation, swarm }: EntryRequest,
  times: { readonly end: number; readonly exp: number },
  { channel, ticketKey, nowSeconds, newViewer }: EntryServices,
): Promise<TicketReply> {
  const [end, exp] = [Math.floor(times.end), Math.floor(times.exp)];
  const sub = viewer ?? newViewer();
  // The edge compares the header letter by letter.
  const ticket = await new SignJWT({ aud: channel, sub, exp, gen: generation, end })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(ticketKey));
  return { ticket, viewer: sub, swarm, seconds: exp - Math.floor(nowSeconds()) };
}
