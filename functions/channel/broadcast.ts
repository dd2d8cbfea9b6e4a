/** Keeps the record's broadcast up to date with what MediaLive tells: its channel's states, and who waits for input. */

import { type Broadcast, hasPicture } from "../record/broadcast.ts";
import { Overtaken, type Versioned } from "../record/dynamodb.ts";

/** What an event of MediaLive means for the broadcast. */
export type Notice =
  | { readonly kind: "starting"; readonly at: number }
  | { readonly kind: "running"; readonly at: number; readonly pipelines: number }
  | { readonly kind: "stopped"; readonly at: number }
  | { readonly kind: "input"; readonly at: number; readonly pipeline: string; readonly isMissing: boolean };

/** MediaLive's alerts that mean: no publisher, or one that sends no picture. */
export const INPUT_ALERTS: readonly string[] = [
  "RTMP Has No Audio/Video",
  "RTMP Stream Not Found",
  "Video Not Detected",
];

/** A channel that starts has no alert yet, though nobody may publish. What ends sooner was no picture. */
const LEAST_PICTURE_MILLISECONDS = 10_000;

const NOTHING: Broadcast = {
  isRunning: false,
  pipelines: 0,
  waiting: [],
  hadPicture: false,
  changedAt: 0,
  stateAt: 0,
  alertsAt: {},
};

/** An event as EventBridge delivers it, as far as this file reads it. */
export interface ChannelEvent {
  readonly "detail-type": string;
  readonly time: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Null for an event that changes nothing for viewers. */
export function noticeIn({ "detail-type": type, time, detail }: ChannelEvent): Notice | null {
  const at = Date.parse(time);
  if (type === "MediaLive Channel Alert") {
    if (!INPUT_ALERTS.includes(String(detail["alert_type"]))) return null;
    const isMissing = detail["alarm_state"] === "SET";
    return { kind: "input", at, pipeline: String(detail["pipeline"]), isMissing };
  }
  switch (detail["state"]) {
    case "STARTING":
      return { kind: "starting", at };
    case "RUNNING":
      return { kind: "running", at, pipelines: Number(detail["pipelines_running_count"]) };
    case "STOPPING":
    case "STOPPED":
    case "DELETED":
      return { kind: "stopped", at };
    default:
      return null;
  }
}

/** The broadcast after a notice; the same object when the notice changes nothing, or is older than what is known. */
export function afterNotice(before: Broadcast | null, notice: Notice): Broadcast {
  const known = before ?? NOTHING;
  const { at } = notice;
  if (at < (notice.kind === "input" ? (known.alertsAt[notice.pipeline] ?? 0) : known.stateAt)) return known;
  switch (notice.kind) {
    case "starting":
      return { ...NOTHING, changedAt: at, stateAt: at, alertsAt: known.alertsAt };
    case "running":
      return counted(known, { ...known, isRunning: true, pipelines: notice.pipelines, stateAt: at }, at);
    case "stopped":
      // STOPPING and STOPPED tell the same.
      if (!known.isRunning) return known;
      return counted(known, { ...known, isRunning: false, waiting: [], stateAt: at }, at);
    case "input": {
      const others = known.waiting.filter((pipeline) => pipeline !== notice.pipeline);
      const waiting = notice.isMissing ? [...others, notice.pipeline] : others;
      const alertsAt = { ...known.alertsAt, [notice.pipeline]: at };
      return counted(known, { ...known, waiting, alertsAt }, at);
    }
  }
}

/** The channel as MediaLive describes it. */
export interface Look {
  readonly at: number;
  readonly state: string;
  readonly pipelines: number;
  readonly waiting: readonly string[];
}

/** The broadcast after a look at the channel; the same object when it is as known, or something newer is known. */
export function afterLook(before: Broadcast | null, { at, state, pipelines, waiting }: Look): Broadcast {
  const known = before ?? NOTHING;
  if (Math.max(known.stateAt, ...Object.values(known.alertsAt)) >= at) return known;
  if (state === "IDLE") return afterNotice(known, { kind: "stopped", at });
  if (state !== "RUNNING") return known;
  const isAsKnown =
    known.isRunning &&
    known.pipelines === pipelines &&
    known.waiting.toSorted().join() === waiting.toSorted().join();
  if (isAsKnown) return known;
  // Who missed the start missed the end of the show before.
  const from = known.isRunning ? known : { ...NOTHING, alertsAt: known.alertsAt };
  return counted(from, { ...from, isRunning: true, pipelines, waiting, stateAt: at }, at);
}

function counted(before: Broadcast, after: Broadcast, at: number): Broadcast {
  const had = hasPicture(before);
  const isSame = hasPicture(after) === had && after.isRunning === before.isRunning;
  if (isSame) return after;
  const wasPicture = had && at - before.changedAt >= LEAST_PICTURE_MILLISECONDS;
  return { ...after, hadPicture: before.hadPicture || wasPicture, changedAt: at };
}

export interface BroadcastStore {
  read(): Promise<Versioned<Broadcast>>;
  /** Rejects with Overtaken when the stored broadcast isn't of this version any more. */
  write(broadcast: Broadcast, after: number): Promise<void>;
}

/** Two pipelines lose their publisher at the same moment: the loser of the race reads again. */
const ATTEMPTS = 5;

/** Changes the record. Rejects when it can't be reached, so that EventBridge tries again. */
export async function updateBroadcast(
  store: BroadcastStore,
  change: (before: Broadcast | null) => Broadcast,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { value, version } = await store.read();
    const after = change(value);
    if (after === value) return;
    try {
      return await store.write(after, version);
    } catch (error) {
      if (!(error instanceof Overtaken) || attempt === ATTEMPTS) throw error;
    }
  }
}
