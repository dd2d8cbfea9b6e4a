/**
 * Personal links: signed by the deployment's key, so that none is stored before it is used. The edge checks the signature
 * (functions/edge/viewer-request.js); `npm run live -- links` makes them.
 */

import { createHmac } from "node:crypto";

export interface Link {
  readonly id: string;
  /** How many may watch by it at a time. */
  readonly seats: number;
  /** In epoch seconds. */
  readonly until: number;
  /** The generation of tickets in which it was made; a revocation ends it. */
  readonly generation: number;
}

/** What follows `#link=` in an address. */
export function writeLink({ id, seats, until, generation }: Link, key: string): string {
  const signed = [id, seats, until, generation].join(".");
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

/** Reads a link that the edge has found to be genuine. */
export function readLink(text: string): Link {
  const [id = "", seats, until, generation] = text.split(".");
  return { id, seats: Number(seats), until: Number(until), generation: Number(generation) };
}
