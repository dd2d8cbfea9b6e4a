/**
 * The channel's record in its table: what people set, and how the broadcast stands. What is asked of it, before its keys
 * were chosen (docs/decisions/one-channel-table.md has the reasons):
 *
 * | who, how often | asks | by |
 * | --- | --- | --- |
 * | site, once in half a second for each instance at most | the event's details | kind `event`, id `details` |
 * | site, with them | how the broadcast stands | kind `broadcast`, id `now` |
 * | site, once for each edge and picture | a picture's bytes | kind `picture`, id its name |
 * | `npm run live -- event` | reads and writes the details, adds a picture | the same |
 * | studio, at each request | the session it is told of | kind `session`, id |
 * | studio, seldom | all sessions; ends one; makes a link, and takes it when it is used | kind `session`; kind `link`, id a hash |
 * | studio, at a sign-in by passkey | the passkey; notes its use, and the challenge that it answered | kind `passkey`, id; kind `challenge` |
 * | studio and channel, every minute | a turn of the stream key, the schedule, what was done of it | kind `plan` |
 * | auto-stop and studio | when the channel stops, and until when it is kept from it | kind `auto-stop` |
 * | channel, once a minute | how the stream came in; changes it, if nobody else has | kind `health`, id `now`, version |
 * | channel, as things happen | adds to the timeline | kind `timeline`, id time and kind of event |
 * | studio, every ten seconds while looked at | health; the last hundred events before a moment | kind `health`; kind `timeline`, id |
 * | channel, once a minute, and studio | what waits for the webhook; claims, changes, and moves it to the log | kind `due`; kind `delivery` |
 * | channel, a few times an event | changes the broadcast, if nobody else has meanwhile | kind `broadcast`, version |
 */

import { type Broadcast, type ChannelRecord, parseBroadcast } from "./broadcast.ts";
import {
  getItem,
  type Item,
  keyOf,
  putItem,
  readVersioned,
  type Table,
  textIn,
  type Versioned,
  writeVersioned,
} from "./dynamodb.ts";
import { type EventDetails, parseDetails } from "./event-details.ts";

const DETAILS = keyOf("event", "details");
const BROADCAST = keyOf("broadcast", "now");

export async function readRecord(table: Table): Promise<ChannelRecord> {
  const [details, broadcast] = await Promise.all([readDetails(table), readBroadcast(table)]);
  return { details, broadcast: broadcast.value };
}

export async function readDetails(table: Table): Promise<EventDetails | null> {
  const item = await getItem(table, DETAILS);
  return item ? parseDetails(jsonIn(item)) : null;
}

export async function writeDetails(table: Table, details: EventDetails): Promise<void> {
  await putItem(table, { ...DETAILS, value: { S: JSON.stringify(details) } });
}

export async function readBroadcast(table: Table): Promise<Versioned<Broadcast>> {
  return readVersioned(table, BROADCAST, parseBroadcast);
}

/** Rejects with Overtaken when the stored broadcast isn't of this version any more. */
export async function writeBroadcast(table: Table, value: Broadcast, after: number): Promise<void> {
  await writeVersioned(table, BROADCAST, value, after);
}

export async function readPicture(table: Table, name: string): Promise<Buffer | null> {
  const bytes = (await getItem(table, keyOf("picture", name)))?.["bytes"];
  return bytes && "B" in bytes ? Buffer.from(bytes.B, "base64") : null;
}

export async function writePicture(table: Table, name: string, bytes: Buffer): Promise<void> {
  await putItem(table, { ...keyOf("picture", name), bytes: { B: bytes.toString("base64") } });
}

function jsonIn({ value }: Item): unknown {
  return JSON.parse(textIn(value));
}
