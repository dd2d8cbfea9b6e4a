/** How the channel stands, as the studio's API tells it. */

/** Times are in seconds since the epoch. */
export interface LiveNow {
  /** MediaLive's word for the channel's state. */
  readonly state: string;
  /** Whether viewers have a picture, and since when they have one or none; null before the first start. */
  readonly picture: { readonly isThere: boolean; readonly since: number } | null;
  /** For OBS: a server for each pipeline. */
  readonly servers: readonly string[];
  /** Null for producers, and for SRT. */
  readonly streamKey: string | null;
  /** Whether the channel stops, or has stopped, for another stream key. */
  readonly isKeyTurning: boolean;
  /** Null where the channel costs nothing. */
  readonly dollarsAnHour: number | null;
  /** When auto-stop stops the channel; null while it doesn't mean to. */
  readonly stopsAt: number | null;
  /** Until when people keep auto-stop from it; null when they don't. */
  readonly keptUntil: number | null;
}
