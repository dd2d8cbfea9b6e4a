/**
 * Turns the stream key. MediaLive gives an input another key only while its channel is idle, so one that is on the air is
 * stopped first, and started again with the new key. Each step is taken when MediaLive tells that the one before is done.
 */

import type { KeyTurn } from "../record/plans.ts";
import type { Channels } from "./channels.ts";
import type { Ingest } from "./ingest-medialive.ts";
import { nextStep } from "./life.ts";

export interface KeyTurnServices {
  readonly channelId: string;
  readonly inputId: string;
  readonly channels: Pick<Channels, "state" | "start" | "stop">;
  /** The plan; null when nobody wants another key. */
  read(): Promise<KeyTurn | null>;
  end(): Promise<void>;
  readIngest(inputId: string): Promise<Ingest>;
  /** Resolves to false while MediaLive refuses. */
  writeStreamKey(inputId: string, ingest: Ingest, key: string): Promise<boolean>;
  randomBytes(count: number): Buffer;
}

/** Takes the step that can be taken now, if any. May run twice or late: the key that stays is what MediaLive says. */
export async function advanceKeyTurn(services: KeyTurnServices): Promise<void> {
  const { channelId, inputId, channels } = services;
  const turn = await services.read();
  if (!turn) return;
  const step = nextStep("IDLE", await channels.state(channelId));
  if (step.do === "ask") await channels.stop(channelId);
  if (step.do !== "nothing") return;
  const key = newStreamKey(services.randomBytes(10));
  const isChanged = await services.writeStreamKey(inputId, await services.readIngest(inputId), key);
  if (!isChanged) throw new Error("MediaLive isn't ready for another stream key yet.");
  if (turn.thenStart) await channels.start(channelId);
  await services.end();
}

/** 80 bits can't be guessed; in groups of four digits they can be read aloud. */
function newStreamKey(random: Buffer): string {
  return random.toString("hex").match(/.{4}/g)?.join("-") ?? "";
}
