/**
 * Signatures of segments: fetches those of segments that came from the CDN, and checks those of segments that came from
 * peers. A segment is what its signature says if channel, path and digest are in it and one of the deployment's keys
 * made it.
 */

import { type Trailer, trailerAtEnd, trailersIn } from "./trailer.ts";

/** Where signatures are, and what they verify by (functions/site/config.ts). */
export interface SignatureSource {
  /** Of a folder: a media sequence number in it names the signatures of all renditions' segments of that number. */
  address: string;
  /** Points on P-256, uncompressed, in Base64. */
  publicKeys: readonly string[];
  /** The address to request for a plain one, such as a page's signed one; without it, the plain one. */
  requestAddress?: (address: string) => string | Promise<string>;
}

export interface SegmentName {
  url: string;
  sequence: number;
}

/** A signature that comes later is of no use to peers. */
const LONGEST_FETCH_MS = 10_000;

/** Signature documents that are remembered; each is of a few hundred bytes for each rendition. */
const MOST_DOCUMENTS = 60;

type Key = Parameters<typeof crypto.subtle.verify>[1];

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;

export class Signatures {
  readonly #channel: string;
  readonly #source: SignatureSource;
  readonly #keys: Promise<Key[]>;
  /** By media sequence number, the oldest first. */
  readonly #documents = new Map<number, Promise<Trailer[]>>();
  /** Documents that were wrong or incomplete, which the browser may have kept. */
  readonly #stale = new Set<number>();

  constructor(channel: string, source: SignatureSource) {
    this.#channel = channel;
    this.#source = source;
    this.#keys = keysFrom(source.publicKeys);
  }

  /** Fetches the signatures of a media sequence number, unless they are there or on their way. Never rejects. */
  fetch(sequence: number): Promise<Trailer[]> {
    const known = this.#documents.get(sequence);
    if (known) return known;
    const cache = this.#stale.delete(sequence) ? "reload" : "default";
    const fetching = this.#request(sequence, cache).catch(() => {
      this.#documents.delete(sequence);
      return [];
    });
    this.#documents.set(sequence, fetching);
    const [oldest = sequence] = this.#documents.keys();
    if (this.#documents.size > MOST_DOCUMENTS) this.#documents.delete(oldest);
    return fetching;
  }

  async #request(sequence: number, cache: "default" | "reload"): Promise<Trailer[]> {
    const { address, requestAddress = (plain: string) => plain } = this.#source;
    return fetchTrailers(await requestAddress(`${address}${sequence}`), cache);
  }

  /** The trailer of a segment that came from the CDN; null if there is none that vouches for these bytes. */
  async trailerOf({ url, sequence }: SegmentName, data: ArrayBuffer): Promise<ArrayBuffer | null> {
    const path = pathOf(url);
    const trailers = await this.fetch(sequence);
    const trailer = trailers.find(({ metadata }) => metadata.segment === path);
    if (trailer && (await this.#vouches(trailer, url, new Uint8Array(data))))
      return trailer.bytes.slice().buffer;
    // Perhaps the signer was wrong, or the document incomplete: the next try fetches it anew.
    this.#documents.delete(sequence);
    if (trailers.length > 0) this.#stale.add(sequence);
    return null;
  }

  /** Whether what a peer sent is the segment at this address, with its trailer behind it. */
  async isSigned(url: string, received: ArrayBuffer): Promise<boolean> {
    const bytes = new Uint8Array(received);
    const trailer = trailerAtEnd(bytes);
    if (!trailer) return false;
    return this.#vouches(trailer, url, bytes.subarray(0, bytes.length - trailer.bytes.length));
  }

  async #vouches(
    { metadata, digest, signature, covered }: Trailer,
    url: string,
    data: Uint8Array<ArrayBuffer>,
  ) {
    if (metadata.channel !== this.#channel || metadata.segment !== pathOf(url)) return false;
    const actual = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
    if (!actual.every((byte, index) => byte === digest[index])) return false;
    for (const key of await this.#keys) {
      if (await crypto.subtle.verify({ ...ALGORITHM, hash: "SHA-256" }, key, signature, covered)) return true;
    }
    return false;
  }
}

/** The path that a segment has on the origin: without the ticket that a viewer's own address has before it. */
function pathOf(url: string): string {
  return new URL(url).pathname.replace(/^\/t\/[^/]+/, "");
}

async function fetchTrailers(address: string, cache: "default" | "reload"): Promise<Trailer[]> {
  const response = await fetch(address, { cache, signal: AbortSignal.timeout(LONGEST_FETCH_MS) });
  if (!response.ok) throw new Error(`The signer answered ${response.status} for ${address}`);
  return trailersIn(new Uint8Array(await response.arrayBuffer()));
}

/** Leaves out what isn't a key: a newer deployment may have others. */
async function keysFrom(encoded: readonly string[]): Promise<Key[]> {
  const keys = await Promise.allSettled(encoded.map(async (one) => keyFrom(one)));
  return keys.flatMap((key) => (key.status === "fulfilled" ? [key.value] : []));
}

function keyFrom(encoded: string): Promise<Key> {
  const point = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  return crypto.subtle.importKey("raw", point, ALGORITHM, false, ["verify"]);
}
