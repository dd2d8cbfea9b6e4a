/**
 * Follows each segment from its appearance in the playlist to its arrival, by what the scheduler is told and decides.
 * Times are in milliseconds on one clock, whose seconds are the scheduler's.
 */

import type { Handled } from "../playback/shell/sharing-observer.ts";
import type { Segment } from "../sharing/segment-state.ts";
import type { StreamSchedule } from "../sharing/stream-schedule.ts";
import { KEPT_MS, MOST, type SegmentStory, type Way } from "./debug-file.ts";
import { nameOf, renditionName } from "./scrub.ts";

type Changing<T> = { -readonly [Name in keyof T]: T[Name] };
type Story = Changing<Omit<SegmentStory, "ways">> & { ways: Changing<Way>[]; readonly address: string };

/** What is told so often that it says nothing by itself. */
const FREQUENT: readonly string[] = ["playhead", "transfer-progress", "fetch-progress"];

export class SegmentRecord {
  /** By rendition and sequence number, the oldest first. */
  readonly #stories = new Map<string, Story>();
  /** By the scheduler's names for them. */
  readonly #fetches = new Map<string, Changing<Way>>();

  /** What one event was and led to. */
  handled({ event, commands, scheduler }: Handled, at: number): void {
    if (FREQUENT.includes(event.type) && commands.length === 0) return;
    this.look(scheduler, at);
    switch (event.type) {
      case "transfer-started":
        this.#begin(this.#at(event.url), "peers", event.peerId, at);
        break;
      case "transfer-lost":
        end(runningTransfer(this.#at(event.url)), "lost", at);
        break;
      case "transfer-done": {
        const story = this.#stories.get(keyOf(event.rendition, event.sequence));
        end(runningTransfer(story), "done", at, event.data.byteLength);
        break;
      }
      case "fetch-done":
        end(this.#fetches.get(event.fetch), "done", at, event.data.byteLength);
        break;
      case "fetch-failed":
        end(this.#fetches.get(event.fetch), "failed", at);
    }
    for (const command of commands) {
      if (command.type === "fetch") {
        const way = this.#begin(this.#at(command.url), "cdn", null, at);
        if (way) this.#fetches.set(command.fetch, way);
      }
      if (command.type === "abort-fetch") end(this.#fetches.get(command.fetch), "aborted", at);
      if (command.type === "store") {
        const story = this.#stories.get(keyOf(command.rendition, command.sequence));
        if (!story) continue;
        story.cameTwice ||= command.wasAlsoFetched && story.completeAt !== null;
        story.from ??= command.delivery.source;
        story.completeAt ??= at;
      }
    }
  }

  /** Looks at what the scheduler knows of all segments now. */
  look({ playedStreams, moment: { positionSeconds } }: Handled["scheduler"], at: number): void {
    for (const stream of playedStreams) {
      for (const segment of stream.segments) this.#see(stream, segment, positionSeconds, at);
    }
    this.#forget(at);
  }

  /** As the file has them, by this beginning of the record. */
  storiesSince(startedAt: number): SegmentStory[] {
    const since = (at: number) => Math.round(at - startedAt);
    const sinceOrNull = (at: number | null) => (at === null ? null : since(at));
    return [...this.#stories.values()].map(({ address: _, ...story }) => ({
      ...story,
      knownAt: since(story.knownAt),
      dueAt: sinceOrNull(story.dueAt),
      completeAt: sinceOrNull(story.completeAt),
      ways: story.ways.map((way) => ({
        ...way,
        begunAt: since(way.begunAt),
        endedAt: sinceOrNull(way.endedAt),
      })),
    }));
  }

  #see(stream: StreamSchedule, segment: Readonly<Segment>, position: number | null, at: number): void {
    const story = this.#storyOf(stream, segment);
    const { listed, state } = segment;
    const dueInSeconds = position === null ? null : listed.startSeconds - position;
    // Once it has passed, the last that was known of it is what it was.
    if (dueInSeconds !== null && dueInSeconds > 0) story.dueAt = at + dueInSeconds * 1000;
    story.heldBack ||= segment.hasHeldBack;
    if (state.status === "stored") story.from ??= state.delivery.source;
    else if (segment.isElectable) Object.assign(story, electedFor(stream, listed.sequence));
    const transfer = state.status === "from-peer" || state.status === "from-cdn" ? state.transfer : null;
    const way = runningTransfer(story);
    if (way && transfer) way.bytes = transfer.bytes;
  }

  #storyOf({ stream, rendition }: StreamSchedule, { listed, seenAt }: Readonly<Segment>): Story {
    const key = keyOf(rendition, listed.sequence);
    const known = this.#stories.get(key);
    if (known) return known;
    const story: Story = {
      address: listed.url,
      stream,
      rendition: renditionName(rendition),
      sequence: listed.sequence,
      seconds: listed.endSeconds - listed.startSeconds,
      knownAt: seenAt * 1000,
      dueAt: null,
      ways: [],
      from: null,
      completeAt: null,
      cameTwice: false,
      rank: null,
      fetcher: null,
      heldBack: false,
    };
    this.#stories.set(key, story);
    return story;
  }

  #at(address: string): Story | undefined {
    return [...this.#stories.values()].findLast((story) => story.address === address);
  }

  #begin(story: Story | undefined, source: Way["source"], peerId: string | null, at: number) {
    if (!story || story.ways.length >= MOST.ways) return undefined;
    const peer = peerId === null ? null : nameOf(peerId);
    const way: Changing<Way> = { source, peer, begunAt: at, endedAt: null, outcome: "running", bytes: 0 };
    story.ways.push(way);
    return way;
  }

  #forget(at: number): void {
    for (const [key, { knownAt }] of this.#stories) {
      if (this.#stories.size <= MOST.segments && knownAt >= at - KEPT_MS) break;
      this.#stories.delete(key);
    }
    for (const [fetch, { endedAt }] of this.#fetches) if (endedAt !== null) this.#fetches.delete(fetch);
  }
}

function keyOf(rendition: string, sequence: number): string {
  return `${rendition} ${sequence}`;
}

function runningTransfer(story: Story | undefined): Changing<Way> | undefined {
  return story?.ways.findLast(({ source, outcome }) => source === "peers" && outcome === "running");
}

function end(
  way: Changing<Way> | undefined,
  outcome: Way["outcome"],
  at: number,
  bytes = way?.bytes ?? 0,
): void {
  if (way?.outcome === "running") Object.assign(way, { outcome, endedAt: at, bytes });
}

/** Whose turn it is, by the election itself. */
function electedFor({ swarm: { self, peers, mayFetch, standingOf } }: StreamSchedule, sequence: number) {
  const segment = `${sequence}`;
  const { candidates } = peers;
  const { rank } = standingOf(self, candidates, segment);
  if (mayFetch && rank === 0) return { rank, fetcher: "self" };
  const first = candidates.find(
    (peer) =>
      standingOf(
        peer,
        candidates.filter((other) => other !== peer),
        segment,
      ).rank === 0,
  );
  return { rank: mayFetch ? rank : null, fetcher: first === undefined ? null : nameOf(first) };
}
