/** Makes the signatures of one media sequence number: the trailers of its segments in all renditions. */

import { createHash } from "node:crypto";
import { type ListedSegment, renditionsIn, segmentIn } from "./playlists.ts";
import { type SegmentMetadata, type Sign, writeTrailer } from "./trailer.ts";

export interface Signatures {
  /** The trailers, one after the other; none if no playlist lists the number. */
  readonly document: Uint8Array;
  /** Whether every rendition has its trailer, so that the document never changes. */
  readonly isComplete: boolean;
}

export interface SignedStream {
  readonly channel: string;
  /** Path of the HLS multivariant playlist on the origin. */
  readonly hls: string;
}

export interface SigningServices {
  /** Reads from the origin; null if there is no such file. Rejects when the origin can't be read. */
  read(path: string): Promise<Uint8Array | null>;
  readonly sign: Sign;
  sleep(milliseconds: number): Promise<void>;
  log(line: string): void;
}

/**
 * The encoder ends a segment in all renditions at once, and the packager lists them one after the other. Waiting a
 * little is cheaper for everybody than an answer that lacks some, which has to be asked for again.
 */
const LOOKS = 5;
const BETWEEN_LOOKS_MILLISECONDS = 100;

/**
 * Throws when the origin can't be read and nothing could be signed. If only some renditions could be signed in time, the
 * document holds those.
 */
export async function signSequence(
  sequence: number,
  { channel, hls }: SignedStream,
  services: SigningServices,
): Promise<Signatures> {
  const multivariant = await services.read(hls);
  const renditions = multivariant ? renditionsIn(textOf(multivariant), hls) : [];
  const looks = renditions.map((rendition) => find(rendition, sequence, services));
  const listed = await Promise.allSettled(looks);
  // A number that no rendition has isn't waited for: viewers ask for what their playlist lists.
  if (listed.every((look) => look.status === "fulfilled" && look.value === null)) {
    return { document: new Uint8Array(), isComplete: false };
  }
  const outcomes = await Promise.allSettled(
    renditions.map(async (rendition, index) => {
      const segment = (await looks[index]) ?? (await findLater(rendition, sequence, services));
      return signSegment({ channel, rendition, sequence }, segment, services);
    }),
  );
  const trailers = outcomes.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const failures = outcomes.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  if (trailers.length === 0) throw failures[0];
  for (const failure of failures) services.log(`Signatures of ${sequence} are incomplete: ${failure}`);
  return { document: Buffer.concat(trailers), isComplete: failures.length === 0 };
}

async function find(
  rendition: string,
  sequence: number,
  { read }: SigningServices,
): Promise<ListedSegment | null> {
  const playlist = await read(rendition);
  return playlist && segmentIn(textOf(playlist), rendition, sequence);
}

async function findLater(
  rendition: string,
  sequence: number,
  services: SigningServices,
): Promise<ListedSegment> {
  for (let look = 2; look <= LOOKS; look += 1) {
    await services.sleep(BETWEEN_LOOKS_MILLISECONDS);
    const segment = await find(rendition, sequence, services);
    if (segment) return segment;
  }
  throw new Error(`${rendition} doesn't list it`);
}

async function signSegment(
  name: Pick<SegmentMetadata, "channel" | "rendition" | "sequence">,
  { path, ...said }: ListedSegment,
  { read, sign }: SigningServices,
): Promise<Uint8Array> {
  const bytes = await read(path);
  if (!bytes) throw new Error(`${path} is listed, but isn't there`);
  return writeTrailer({ ...name, segment: path, ...said }, createHash("sha256").update(bytes).digest(), sign);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
