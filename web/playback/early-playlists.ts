/**
 * Fetches a stream's playlists while the player's script is still on its way: the multivariant playlist, then those
 * of the video and audio that a player begins with. The player takes each of them once, in place of its own request.
 */

import { withQueryOf } from "./address-query.ts";
import { type Tickets, withoutTicket } from "./tickets.ts";

export interface EarlyPlaylist {
  readonly text: string;
  /** Where it came from in the end; relative addresses in it start there. */
  readonly address: string;
  /** In milliseconds of `performance.now()`. */
  readonly startedAt: number;
  readonly firstByteAt: number;
  readonly endedAt: number;
}

/** A player is better off asking again than waiting longer. */
const TIMEOUT_MS = 4_000;

/** A live playlist that is older names segments that may be gone. */
const MOST_AGE_MS = 10_000;

export class EarlyPlaylists {
  readonly #signed: string;
  readonly #tickets: Tickets | undefined;
  readonly #fetches = new Map<string, Promise<EarlyPlaylist>>();

  /** Takes the address of the multivariant playlist and begins at once. */
  constructor(multivariant: string, tickets?: Tickets) {
    this.#signed = multivariant;
    this.#tickets = tickets;
    this.#begin(multivariant).then(
      ({ text, address }) => {
        for (const playlist of firstPlaylistsIn(text)) void this.#begin(new URL(playlist, address).href);
      },
      // The player asks for itself, and tells what is wrong.
      () => {},
    );
  }

  /** The playlist at this address, the first time that it is asked for; rejects when it couldn't be had or is old. */
  take(address: string): Promise<EarlyPlaylist> | null {
    const found = this.#fetches.get(address);
    this.#fetches.delete(address);
    if (!found) return null;
    return found.then((playlist) => {
      if (performance.now() - playlist.endedAt > MOST_AGE_MS) throw new Error(`${address} is out of date.`);
      return playlist;
    });
  }

  #begin(address: string): Promise<EarlyPlaylist> {
    const signed = withQueryOf(this.#signed, address);
    const fetching = fetchPlaylist(address, this.#tickets?.current(signed) ?? signed);
    // Nobody may ever take it.
    fetching.catch(() => {});
    this.#fetches.set(address, fetching);
    return fetching;
  }
}

/** Addresses in a multivariant playlist: its first variant, with which hls.js begins, and its first audio rendition. */
export function firstPlaylistsIn(multivariant: string): string[] {
  const [, video] = /^#EXT-X-STREAM-INF:.*(?:\r?\n#.*)*\r?\n(.+?)\s*$/m.exec(multivariant) ?? [];
  const [, audio] = /^#EXT-X-MEDIA:(?=.*TYPE=AUDIO).*[:,]URI="([^"]+)"/m.exec(multivariant) ?? [];
  return [video, audio].filter((address) => address !== undefined);
}

async function fetchPlaylist(address: string, signed: string): Promise<EarlyPlaylist> {
  const startedAt = performance.now();
  const response = await fetch(signed, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const firstByteAt = performance.now();
  const text = await response.text();
  if (!response.ok || !text.startsWith("#EXTM3U")) throw new Error(`${address} answered ${response.status}.`);
  return {
    text,
    address: withoutTicket(response.url || address),
    startedAt,
    firstByteAt,
    endedAt: performance.now(),
  };
}
