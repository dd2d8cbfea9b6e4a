/** Sends a message to a webhook, once, and tells what it answered. */

import { lookup } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { AddressError, guardedLookup, type Reach, refuseLiteral } from "./address.ts";
import type { Outcome } from "./retries.ts";

export interface Message {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Send = (message: Message) => Promise<Outcome>;

/** Longer than a receiver may take that only notes what came. */
const TIMEOUT_MILLISECONDS = 4_000;

/**
 * By Node's own client, which takes a lookup: the address that was checked is the one that is connected to, however the
 * name changes. Redirects aren't followed, and what is answered isn't read.
 */
export function sendWithin(reach: Reach, timeoutMilliseconds = TIMEOUT_MILLISECONDS): Send {
  return ({ address, headers, body }) =>
    new Promise((resolve) => {
      const fail = (error: Error) => resolve({ error: wordsOf(error) });
      try {
        const url = new URL(address);
        refuseLiteral(url, reach);
        const request = url.protocol === "https:" ? requestHttps : requestHttp;
        const asked = request(
          url,
          {
            method: "POST",
            headers: { ...headers, "content-length": Buffer.byteLength(body) },
            lookup: guardedLookup(reach, lookup),
            signal: AbortSignal.timeout(timeoutMilliseconds),
            agent: false,
          },
          (response) => {
            resolve({ status: Number(response.statusCode) });
            response.destroy();
          },
        );
        asked.on("error", fail);
        asked.end(body);
      } catch (error) {
        fail(error as Error);
      }
    });
}

function wordsOf(error: Error): string {
  if (error instanceof AddressError) return error.message;
  if (error.name === "AbortError") return "It didn't answer in time.";
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? "It can't be reached." : `It can't be reached (${code}).`;
}
