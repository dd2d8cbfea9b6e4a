/** The messages that the tracker sends, and the outcome of a request: which of them go to whom. */
import type { Description, Refusal } from "./messages.ts";
import type { Occupant } from "./swarms.ts";

/**
 * The reply to an announce. Strict clients (aquatic's) reject it unless all fields are there. Both counts are 0 when
 * the size of the swarm isn't known.
 */
export interface AnnounceReply {
  readonly action: "announce";
  readonly info_hash: string;
  /** Seconds until the client should announce again. */
  readonly interval: number;
  readonly complete: number;
  readonly incomplete: number;
}

export interface Counts {
  readonly complete: number;
  readonly incomplete: number;
  readonly downloaded: number;
}

interface ScrapeReply {
  readonly action: "scrape";
  /** By info hash. */
  readonly files: Readonly<Record<string, Counts>>;
}

/** Without `action`, a client would close its socket. */
export interface RefusalMessage {
  readonly action: "announce" | "scrape";
  readonly info_hash?: string;
  readonly "failure reason": string;
}

interface FromPeer {
  readonly action: "announce";
  readonly info_hash: string;
  readonly peer_id: string;
  readonly offer_id: string;
}

export interface OfferMessage extends FromPeer {
  readonly offer: Description;
}

export interface AnswerMessage extends FromPeer {
  readonly answer: Description;
}

export type Outgoing = AnnounceReply | ScrapeReply | RefusalMessage | OfferMessage | AnswerMessage;

/** A message from one peer and the seat of the peer that receives it. */
export interface Relay<Message extends OfferMessage | AnswerMessage> {
  readonly to: Occupant;
  readonly message: Message;
}

/** Everything that one request leads to. */
export interface Outcome {
  /** Tells the sender why its request was refused. */
  readonly refusal: RefusalMessage | null;
  /** Goes to the sender: after the refusal, before the offers. */
  readonly reply: AnnounceReply | ScrapeReply | null;
  readonly offers: readonly Relay<OfferMessage>[];
  readonly answer: Relay<AnswerMessage> | null;
}

const NOTHING: Outcome = { refusal: null, reply: null, offers: [], answer: null };

/** An outcome with these parts and no others. */
export function outcomeOf(parts: Partial<Outcome>): Outcome {
  return { ...NOTHING, ...parts };
}

export function refusalMessage({ action, infoHash, reason }: Refusal): RefusalMessage {
  return { action, ...(infoHash !== null && { info_hash: infoHash }), "failure reason": reason };
}
