/**
 * Reads what a tracker sends as aquatic's client does, which is the strictest: a message has to be an offer, an answer,
 * a reply to an announce, a reply to a scrape or an error, with all the fields of its kind in their types.
 * https://github.com/greatest-ape/aquatic/tree/master/crates/ws_protocol/src/outgoing
 */

interface Description {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

/** A message as a client sees it before it knows which kind it is. */
export interface Heard {
  readonly action?: "announce" | "scrape";
  readonly info_hash?: string;
  readonly "failure reason"?: string;
  readonly interval?: number;
  readonly complete?: number;
  readonly incomplete?: number;
  readonly peer_id?: string;
  readonly offer?: Description;
  readonly answer?: Description;
  readonly offer_id?: string;
  readonly files?: Readonly<Record<string, { complete: number; incomplete: number; downloaded: number }>>;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const is =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const isText: Check = (value) => typeof value === "string";
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isBinary20: Check = (value) =>
  typeof value === "string" && value.length === 20 && [...value].every((one) => one <= "\u00ff");
const has =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(checks).every(([name, check]) => check((value as Fields)[name]));
const isMap =
  (key: Check, check: Check): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(value).every(([name, each]) => key(name) && check(each));

const counts = { complete: isCount, incomplete: isCount };
const announced = { action: is("announce"), info_hash: isBinary20 };
const relayed = { ...announced, peer_id: isBinary20, offer_id: isText };

const KINDS: Readonly<Record<string, Check>> = {
  offer: has({ ...relayed, offer: has({ type: is("offer"), sdp: isText }) }),
  answer: has({ ...relayed, answer: has({ type: is("answer"), sdp: isText }) }),
  announce: has({ ...announced, ...counts, interval: isCount }),
  scrape: has({ action: is("scrape"), files: isMap(isBinary20, has({ ...counts, downloaded: isCount })) }),
  error: has({
    "failure reason": isText,
    action: optional(is("announce", "scrape")),
    info_hash: optional(isBinary20),
  }),
};

/** Which kind of message this is. Throws when a strict client could not tell. */
export function kindOf(message: unknown): string {
  const kind = Object.entries(KINDS).find(([, isOfKind]) => isOfKind(message))?.[0];
  if (kind === undefined) throw new Error(`a strict client can't read ${JSON.stringify(message)}`);
  return kind;
}
