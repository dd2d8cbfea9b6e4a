/**
 * Runs the uplink budget (web/sharing/uplink-budget.ts): paces uploads by it, feeds it with the delays that probes
 * measure, and reports what it finds out. Every connection has its probe.
 */

import { PathPace } from "../sharing/path-pace.ts";
import type { PeerEvent } from "../sharing/scheduler-events.ts";
import { UplinkBudget } from "../sharing/uplink-budget.ts";
import type { UploadLoad } from "../sharing/uploads.ts";
import { DelayProbe, type Measured } from "./delay-probe.ts";
import { PacedUploads } from "./paced-uploads.ts";
import type { PeerConnection } from "./patched-core.ts";

export type UplinkEvent =
  | Extract<PeerEvent, { type: "uplink" }>
  /** The uplink's capacity, as opposed to what may be given away of it. */
  | { type: "uplink-measured"; bitsPerSecond: number };

export interface UplinkOptions {
  /** The capacity as measured on the last visit. */
  knownBitsPerSecond: number | null;
  /** An upload ended, so there may be room for another. */
  onRoom: () => void;
  onEvent: (event: UplinkEvent) => void;
}

/** Often enough to notice a queue while it is short. */
const UPLOADING_PROBE_SECONDS = 0.1;
/** Keeps the smallest delay known, to which others are compared. */
const IDLE_PROBE_SECONDS = 1;

/**
 * Connections that are probed as often though nothing is sent to them. A queue that only the receiver's connection shows
 * isn't on this viewer's line; often it is a browser that was busy for a moment. Those that reply soonest are asked: a
 * reply that waits in the peer's own uplink tells little, and makes that queue longer.
 */
const WITNESSES = 2;

/** A change that is worth reporting. */
const NOTICEABLE_SHARE = 0.05;

/** What is under way in a connection leaves the uplink within this time, or the connection is given up. */
const STUCK_SECONDS = 1.5;

/** Uploads that the uplink can't end within this time are broken off: whoever waits for them has fetched long before. */
const HOPELESS_SECONDS = 8;

/** Timers may fire a little early. */
const EARLY_SECONDS = 0.01;

interface Probed {
  probe: DelayProbe;
  path: PathPace;
  probedAt: number;
  /** Of the newest reply; infinite before any. */
  roundTripSeconds: number;
  close: () => void;
}

const now = () => performance.now() / 1000;

export class Uplink {
  readonly #budget: UplinkBudget;
  readonly #uploads: PacedUploads;
  readonly #connections = new Map<PeerConnection, Probed>();
  readonly #onEvent: UplinkOptions["onEvent"];
  readonly #reported: Record<"spare" | "measured", number | null> = { spare: null, measured: null };
  /** Names each connection to the budget. One peer may have several. */
  #names = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ knownBitsPerSecond, onRoom, onEvent }: UplinkOptions) {
    this.#budget = new UplinkBudget(knownBitsPerSecond);
    this.#uploads = new PacedUploads(
      this.#budget,
      (connection) => this.#connections.get(connection)?.path,
      onRoom,
    );
    this.#onEvent = onEvent;
  }

  /** Measured capacity; null while unknown. */
  get bitsPerSecond(): number | null {
    return this.#budget.uplinkBitsPerSecond;
  }

  /** Of the newest reply on a connection; null before any. */
  roundTripSeconds(connection: PeerConnection): number | null {
    const seconds = this.#connections.get(connection)?.roundTripSeconds ?? Number.POSITIVE_INFINITY;
    return Number.isFinite(seconds) ? seconds : null;
  }

  get load(): Pick<UploadLoad, "active" | "backlogBytes" | "leavesRoom" | "spareBitsPerSecond"> {
    const { count: active, backlogBytes, leavesRoom } = this.#uploads;
    return { active, backlogBytes, leavesRoom, spareBitsPerSecond: this.#budget.spareBitsPerSecond };
  }

  /** An upload of this size begins within this task, unless the peer has gone. */
  expect(bytes: number): void {
    this.#uploads.expect(bytes);
  }

  readonly send: PacedUploads["send"] = (data, connection, stopping, onSent) => {
    const sending = this.#uploads.send(data, connection, stopping, onSent);
    this.#probe();
    return sending;
  };

  opened(connection: PeerConnection): void {
    this.#names += 1;
    const peerId = `${this.#names}`;
    const path = new PathPace();
    const onMeasured = (measured: Measured) => {
      const at = now();
      probed.roundTripSeconds = at - measured.sentAt;
      this.#budget.probed({ peerId, ...measured }, at);
      path.probed(measured, this.#budget.queueSeconds(at), at);
      const left = this.#leftAfterCollapse(path);
      if (left !== null) this.#budget.collapsed(left, at);
      if (this.#isStuck(path)) connection.destroy();
      if (this.#isHopeless) this.#uploads.breakOff();
      this.#uploads.resume();
      this.#report();
    };
    const probe = new DelayProbe(connection, onMeasured, (bytes) => this.#budget.received(bytes, now()));
    const close = () => {
      probe.close();
      this.#budget.closed(peerId);
    };
    const never = { probedAt: Number.NEGATIVE_INFINITY, roundTripSeconds: Number.POSITIVE_INFINITY };
    const probed: Probed = { probe, path, close, ...never };
    this.#connections.set(connection, probed);
    this.#probe();
    // What is remembered is reported once there is somebody to serve.
    this.#report();
  }

  closed(connection: PeerConnection): void {
    this.#uploads.closed(connection);
    this.#connections.get(connection)?.close();
    this.#connections.delete(connection);
    if (this.#connections.size === 0) clearTimeout(this.#timer);
  }

  destroy(): void {
    for (const connection of this.#connections.keys()) this.closed(connection);
    this.#uploads.breakOff();
  }

  /** Sends the probes that are due, and sets the timer for the next ones. */
  #probe(): void {
    clearTimeout(this.#timer);
    if (this.#connections.size === 0) return;
    const at = now();
    const isUploading = this.#uploads.count > 0;
    const witnesses = isUploading ? this.#witnesses() : [];
    for (const [connection, probed] of this.#connections) {
      const isOften = this.#uploads.isSendingTo(connection) || witnesses.includes(probed);
      const interval = isOften ? UPLOADING_PROBE_SECONDS : IDLE_PROBE_SECONDS;
      if (at - probed.probedAt < interval - EARLY_SECONDS) continue;
      probed.probedAt = at;
      probed.probe.send();
    }
    const next = isUploading ? UPLOADING_PROBE_SECONDS : IDLE_PROBE_SECONDS;
    this.#timer = setTimeout(() => this.#probe(), next * 1000);
  }

  /**
   * What the uplink still carries, in bits per second; null if it hasn't collapsed. While it has a long queue for sure, what
   * a peer received lately tells sooner than the capacity, which falls in steps.
   */
  #leftAfterCollapse({ bytesUnderWay, recentBitsPerSecond }: PathPace): number | null {
    if (recentBitsPerSecond === null || !this.#budget.hasLongQueue(now())) return null;
    return isStuckAt(recentBitsPerSecond, bytesUnderWay) ? recentBitsPerSecond : null;
  }

  /** The uplink has collapsed: what the browser has taken over for this connection, it would resend for seconds, in vain. */
  #isStuck({ bytesUnderWay }: PathPace): boolean {
    return isStuckAt(this.#budget.uplinkBitsPerSecond ?? Number.POSITIVE_INFINITY, bytesUnderWay);
  }

  /** The uplink carries far less than when its uploads began. Probing it for their sake would fill it further. */
  get #isHopeless(): boolean {
    const spare = this.#budget.spareBitsPerSecond ?? Number.POSITIVE_INFINITY;
    return this.#uploads.backlogBytes * 8 > HOPELESS_SECONDS * spare;
  }

  #witnesses(): Probed[] {
    return [...this.#connections]
      .filter(([connection]) => !this.#uploads.isSendingTo(connection))
      .map(([, probed]) => probed)
      .sort((one, other) => (one.roundTripSeconds < other.roundTripSeconds ? -1 : 1))
      .slice(0, WITNESSES);
  }

  #report(): void {
    const { spareBitsPerSecond: spare, uplinkBitsPerSecond: measured } = this.#budget;
    if (isNews(this.#reported.spare, spare)) {
      this.#reported.spare = spare;
      this.#onEvent({ type: "uplink", bitsPerSecond: spare });
    }
    if (measured !== null && isNews(this.#reported.measured, measured)) {
      this.#reported.measured = measured;
      this.#onEvent({ type: "uplink-measured", bitsPerSecond: measured });
    }
  }
}

function isStuckAt(bitsPerSecond: number, bytesUnderWay: number): boolean {
  return bytesUnderWay * 8 > STUCK_SECONDS * bitsPerSecond;
}

function isNews(before: number | null, now: number | null): boolean {
  if (before === null || now === null) return before !== now;
  return Math.abs(now - before) > NOTICEABLE_SHARE * before;
}
