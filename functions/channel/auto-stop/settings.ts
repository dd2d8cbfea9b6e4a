/** Reads auto-stop's settings from the environment. Nothing has a default: a guess could stop a live channel. */

import type { IdleLimit } from "./idleness.ts";

export interface Settings {
  readonly channelId: string;
  readonly idleLimit: IdleLimit;
  /** Null when no topic is set. */
  readonly noticesTopic: string | null;
}

/** Throws with the name of the first environment variable that is missing or wrong. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const text = (name: string): string => {
    const value = environment[name];
    if (!value) throw new Error(`The environment variable ${name} is missing`);
    return value;
  };
  const autoStopMinutes = Number(text("AUTO_STOP_MINUTES"));
  if (!(autoStopMinutes >= 1)) {
    throw new Error(`AUTO_STOP_MINUTES is ${text("AUTO_STOP_MINUTES")}, but must be 1 or more`);
  }
  return {
    channelId: text("CHANNEL_ID"),
    idleLimit: { autoStopMinutes },
    noticesTopic: environment["NOTICES_TOPIC"] || null,
  };
}
