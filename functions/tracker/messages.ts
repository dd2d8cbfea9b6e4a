/** Parses what clients send, once, at the border, into types that can't be wrong. */

import { type CandidateRules, refusalOfDescription, STRICT } from "./session-description.ts";

/** API Gateway lets 128 KB through; a first announce has about 4,300 bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** bittorrent-tracker's client sends at most 5 offers, other clients up to 10. Any above this are ignored. */
const MAX_OFFERS = 20;
const MAX_SCRAPE_HASHES = 64;
/** Characters in an offer's id; clients use 20, to which a seal adds ten. */
const MAX_OFFER_ID_LENGTH = 64;

/** A session description. */
export interface Description {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

export interface Offer {
  readonly offer: Description;
  readonly offerId: string;
}

export interface Announce {
  readonly kind: "announce";
  readonly infoHash: string;
  readonly peerId: string;
  readonly event: "started" | "completed" | "stopped" | null;
  /** The client says that it has nothing left to download. */
  readonly isSeeder: boolean;
  readonly numwant: number;
  readonly offers: readonly Offer[];
}

export interface Answer {
  readonly kind: "answer";
  readonly infoHash: string;
  readonly peerId: string;
  readonly toPeerId: string;
  readonly answer: Description;
  readonly offerId: string;
}

export interface Scrape {
  readonly kind: "scrape";
  readonly infoHashes: readonly string[];
}

/** Why a message is refused: `cause` is for metrics, `reason` for the client. */
export interface Refusal {
  readonly kind: "refusal";
  readonly cause:
    | "Malformed"
    | "TooLarge"
    | "TooOften"
    | "TooManySwarms"
    | "ForeignSwarm"
    | "ForeignPeer"
    | "Unavailable";
  readonly reason: string;
  readonly action: "announce" | "scrape";
  readonly infoHash: string | null;
}

export type Request = Announce | Answer | Scrape;

type Fields = Readonly<Record<string, unknown>>;

/** Why a field is wrong, in words for the client. Returned instead of thrown, to make floods of bad messages cheap. */
class Malformed {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

type Read<Value> = Value | Malformed;

/** Parses a text frame. Never throws: anything that isn't a request becomes a refusal. */
export function parse(text: string, rules: CandidateRules = STRICT): Request | Refusal {
  if (text.length > MAX_MESSAGE_BYTES || Buffer.byteLength(text) > MAX_MESSAGE_BYTES) return tooLarge(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed("the message is not JSON", "announce", null);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return malformed("the message is not a JSON object", "announce", null);
  }
  const fields: Fields = { ...value };
  const read = request(fields, rules);
  if (!(read instanceof Malformed)) return read;
  const infoHash = isBinary20(fields["info_hash"]) ? fields["info_hash"] : null;
  return malformed(read.reason, fields["action"] === "scrape" ? "scrape" : "announce", infoHash);
}

function request(fields: Fields, rules: CandidateRules): Read<Request> {
  if (fields["action"] === "scrape") return scrape(fields);
  if (fields["action"] !== "announce") return new Malformed('action must be "announce" or "scrape"');
  return isAbsent(fields["answer"]) ? announce(fields, rules) : answer(fields, rules);
}

function announce(fields: Fields, rules: CandidateRules): Read<Announce> {
  const offers = offerList(fields["offers"], rules);
  if (offers instanceof Malformed) return offers;
  return whole<Announce>({
    kind: "announce",
    infoHash: binary20(fields, "info_hash"),
    peerId: binary20(fields, "peer_id"),
    event: event(fields["event"]),
    isSeeder: fields["left"] === 0,
    numwant: isAbsent(fields["numwant"]) ? offers.length : count(fields["numwant"], "numwant"),
    offers,
  });
}

function answer(fields: Fields, rules: CandidateRules): Read<Answer> {
  return whole<Answer>({
    kind: "answer",
    infoHash: binary20(fields, "info_hash"),
    peerId: binary20(fields, "peer_id"),
    toPeerId: binary20(fields, "to_peer_id"),
    answer: description(fields["answer"], "answer", "answer", rules),
    offerId: offerId(fields["offer_id"], "offer_id"),
  });
}

function scrape(fields: Fields): Read<Scrape> {
  const wanted = fields["info_hash"];
  if (isAbsent(wanted))
    return new Malformed("a scrape must name an info_hash: this tracker doesn't list its swarms");
  const hashes: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  if (hashes.length === 0) return new Malformed("a scrape must name at least one info_hash");
  if (hashes.length > MAX_SCRAPE_HASHES)
    return new Malformed(`a scrape may name at most ${MAX_SCRAPE_HASHES} info_hashes`);
  if (!hashes.every(isBinary20)) return new Malformed("info_hash must be 20 characters of one byte each");
  return { kind: "scrape", infoHashes: [...new Set(hashes)] };
}

function event(value: unknown): Read<Announce["event"]> {
  if (value === "started" || value === "completed" || value === "stopped") return value;
  if (isAbsent(value) || value === "" || value === "empty" || value === "update") return null;
  return new Malformed("event must be started, completed, stopped or absent");
}

function offerList(value: unknown, rules: CandidateRules): Read<readonly Offer[]> {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) return new Malformed("offers must be a list");
  return whole<readonly Offer[]>(value.slice(0, MAX_OFFERS).map((one, index) => offer(one, index, rules)));
}

function offer(value: unknown, index: number, rules: CandidateRules): Read<Offer> {
  if (typeof value !== "object" || value === null) return new Malformed(`offers[${index}] must be an object`);
  const fields: Fields = { ...value };
  return whole<Offer>({
    offer: description(fields["offer"], "offer", `offers[${index}].offer`, rules),
    offerId: offerId(fields["offer_id"], `offers[${index}].offer_id`),
  });
}

function description(
  value: unknown,
  type: Description["type"],
  name: string,
  rules: CandidateRules,
): Read<Description> {
  const fields: Fields = typeof value === "object" && value !== null ? { ...value } : {};
  const sdp = fields["sdp"];
  if (fields["type"] !== type || typeof sdp !== "string") {
    return new Malformed(`${name} must be a session description {type: "${type}", sdp}`);
  }
  const refused = refusalOfDescription(sdp, rules);
  return refused === null ? { type, sdp } : new Malformed(`${name}.sdp ${refused}`);
}

function offerId(value: unknown, name: string): Read<string> {
  if (typeof value === "string" && value.length > 0 && value.length <= MAX_OFFER_ID_LENGTH) return value;
  return new Malformed(`${name} must be a string of 1 to ${MAX_OFFER_ID_LENGTH} characters`);
}

function binary20(fields: Fields, name: string): Read<string> {
  const value = fields[name];
  return isBinary20(value) ? value : new Malformed(`${name} must be 20 characters of one byte each`);
}

function count(value: unknown, name: string): Read<number> {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return Math.floor(value);
  return new Malformed(`${name} must be a number of at least 0`);
}

/** The object, or the first of its fields that is malformed. */
function whole<Value extends object>(
  pieces: { readonly [Name in keyof Value]: Read<Value[Name]> },
): Read<Value> {
  const wrong = Object.values<unknown>(pieces).find((piece) => piece instanceof Malformed);
  return wrong ?? (pieces as Value);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isBinary20(value: unknown): value is string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a binary string holds any byte, including control characters.
  return typeof value === "string" && /^[\u0000-\u00ff]{20}$/.test(value);
}

function malformed(reason: string, action: Refusal["action"], infoHash: string | null): Refusal {
  return { kind: "refusal", cause: "Malformed", reason, action, infoHash };
}

/** Finds the swarm without parsing the message, since the limit is there to avoid parsing. */
function tooLarge(text: string): Refusal {
  const [, quoted] =
    /"info_hash"\s*:\s*("(?:[^"\\]|\\.){20,120}")/.exec(text.slice(0, MAX_MESSAGE_BYTES)) ?? [];
  const reason = `the message is longer than ${MAX_MESSAGE_BYTES} bytes`;
  return { kind: "refusal", cause: "TooLarge", reason, action: "announce", infoHash: unquoted(quoted) };
}

function unquoted(quoted: string | undefined): string | null {
  try {
    const value: unknown = JSON.parse(quoted ?? "null");
    return isBinary20(value) ? value : null;
  } catch {
    return null;
  }
}
