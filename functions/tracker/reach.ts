/** Decides how far viewers may meet: a swarm is kept apart for each network, or each address, if the channel says so. */
import { hash } from "node:crypto";
import type { Locality } from "./locality.ts";
import type { Outcome, Outgoing } from "./outgoing.ts";

export type Reach = (typeof REACHES)[number];

const REACHES = ["world", "network", "lan"] as const;

/** Throws when the text names no reach, so that a typo can't open a school's swarm to the world. */
export function readReach(text: string): Reach {
  const reach = REACHES.find((known) => known === text);
  if (reach) return reach;
  throw new Error(`SHARING_REACH is ${JSON.stringify(text)}, but must be ${REACHES.join(", ")}`);
}

/**
 * The name under which the tracker keeps a viewer's part of a swarm. Seats, offers, answers and counts are all found by
 * this name, so nothing passes between viewers whose names differ, whatever their clients ask for.
 */
export function swarmWithin(reach: Reach, infoHash: string, locality: Locality): string {
  if (reach === "world") return infoHash;
  const bound = reach === "lan" ? locality.lan : networkOf(locality);
  return hash("sha1", Buffer.from(`${infoHash}|${bound}`, "latin1"), "binary");
}

/** Country and network number. Without a number it is the address: a whole country is no network. */
function networkOf({ lan, net }: Locality): string {
  return net !== null && /\d/.test(net) ? net : lan;
}

/** The outcome with its swarms' names as clients know them; `names` gives them by the names that are kept. */
export function renamed(outcome: Outcome, names: ReadonlyMap<string, string>): Outcome {
  const nameOf = (kept: string) => names.get(kept) ?? kept;
  const { refusal, reply, offers, answer } = outcome;
  return {
    refusal: refusal && withName(refusal, nameOf),
    reply: reply && withName(reply, nameOf),
    offers: offers.map((relay) => ({ ...relay, message: withName(relay.message, nameOf) })),
    answer: answer && { ...answer, message: withName(answer.message, nameOf) },
  };
}

function withName<Message extends Outgoing>(message: Message, nameOf: (kept: string) => string): Message {
  if ("files" in message) {
    const files = Object.entries(message.files).map(([kept, counts]) => [nameOf(kept), counts]);
    return { ...message, files: Object.fromEntries(files) };
  }
  return message.info_hash === undefined ? message : { ...message, info_hash: nameOf(message.info_hash) };
}
