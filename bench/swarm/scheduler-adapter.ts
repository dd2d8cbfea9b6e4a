/**
 * What the simulated viewers tell the shipped scheduler about each other, and ask it, in one place: announcements, the
 * tracker's count, the playhead, the progress of fetches, and what may be taken from peers and sent to them.
 */

import type { SegmentScheduler } from "../../web/sharing/scheduler.ts";
import type { SchedulerCommand, SchedulerEvent } from "../../web/sharing/scheduler-events.ts";
import { mayServeOneMore, type OwnState } from "../../web/sharing/uploads.ts";
import type { UplinkLoad } from "./uplink.ts";

/** What a viewer says of itself to its peers. */
export interface Announcement {
  readonly held: ReadonlySet<number>;
  readonly fetching: readonly number[];
  readonly mayFetch: boolean;
}

type AnnounceCommand = Extract<SchedulerCommand, { type: "announce" }>;

export function announcementOf(
  { fetching, mayFetch }: AnnounceCommand,
  held: ReadonlySet<number>,
): Announcement {
  return { held: new Set(held), fetching, mayFetch };
}

export function announcementEvents(peerId: string, announcement: Announcement): SchedulerEvent[] {
  const { held, fetching, mayFetch } = announcement;
  return [{ type: "peer-announced", stream: "main", peerId, held: [...held], fetching, mayFetch }];
}

export function countEvents(viewers: number): SchedulerEvent[] {
  return [{ type: "swarm-counted", stream: "main", viewers }];
}

export function progressEvents(fetch: string, bytes: number): SchedulerEvent[] {
  return [{ type: "fetch-progress", fetch, bytes }];
}

/** Whether a segment may be taken from peers now. */
export function mayComeFromPeers(scheduler: SegmentScheduler, rendition: string, sequence: number): boolean {
  return scheduler.wants(rendition, sequence);
}

export function playheadEvent(positionSeconds: number | null, bufferSeconds: number): SchedulerEvent {
  return { type: "playhead", positionSeconds, bufferSeconds };
}

/** Whether one more upload may begin, by the shipped rule. */
export function mayUpload(load: UplinkLoad, own: OwnState, bytes: number): boolean {
  // In the simulation every receiver takes what it is sent.
  return mayServeOneMore({ ...load, ...own, leavesRoom: false, bytes });
}
