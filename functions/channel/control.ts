/** A channel with its input, as the studio and the plans drive it: MediaLive's API, and the record's plans for it. */

import { randomBytes } from "node:crypto";
import type { MediaLiveClient } from "@aws-sdk/client-medialive";
import type { Table } from "../record/dynamodb.ts";
import {
  endKeyTurn,
  readKeyTurn,
  readSchedule,
  readScheduleDone,
  writeScheduleDone,
} from "../record/plans.ts";
import { readDetails } from "../record/record.ts";
import type { ChannelState } from "./channels.ts";
import { channelState, startChannel, stopChannel } from "./channels-medialive.ts";
import { type Ingest, readIngest, writeStreamKey } from "./ingest-medialive.ts";
import { advanceKeyTurn } from "./key-turn.ts";
import { keepSchedule } from "./schedule.ts";

export interface ChannelControl {
  state(): Promise<ChannelState>;
  /** Requests a start, or a stop. False when another request was faster, or the channel is gone. */
  start(): Promise<boolean>;
  stop(): Promise<boolean>;
  ingest(): Promise<Ingest>;
  /** Takes the next step of a planned turn of the stream key, if there is one. */
  advanceKeyTurn(now: number): Promise<void>;
  /** Starts or stops the channel if the schedule says so at this moment, in milliseconds since the epoch. */
  keepSchedule(now: number): Promise<void>;
}

export function channelControl(
  client: MediaLiveClient,
  table: Table,
  { channelId, inputId }: { readonly channelId: string; readonly inputId: string },
): ChannelControl {
  const channels = { state: channelState(client), start: startChannel(client), stop: stopChannel(client) };
  return {
    state: () => channels.state(channelId),
    start: () => channels.start(channelId),
    stop: () => channels.stop(channelId),
    ingest: () => readIngest(client)(inputId),
    advanceKeyTurn: (now) =>
      advanceKeyTurn({
        channelId,
        inputId,
        channels,
        read: () => readKeyTurn(table, now),
        end: () => endKeyTurn(table, now),
        readIngest: readIngest(client),
        writeStreamKey: writeStreamKey(client),
        randomBytes,
      }),
    keepSchedule: (now) =>
      keepSchedule(
        {
          channelId,
          channels,
          readSchedule: () => readSchedule(table),
          readStart: async () => (await readDetails(table))?.startsAt ?? null,
          readDone: () => readScheduleDone(table),
          writeDone: (done) => writeScheduleDone(table, done),
          log: console.log,
        },
        now,
      ),
  };
}
