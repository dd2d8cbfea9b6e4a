/** Reads what to estimate from the command line's arguments. */

export interface Request {
  readonly viewers: number;
  readonly hours: number;
  /** In Mbit/s; the ladder's best rendition if it isn't given. */
  readonly bitrate: number | undefined;
  /** 0 to 1. */
  readonly share: number;
  readonly ladder: string;
  readonly hasTwoPipelines: boolean;
  readonly hasOriginShield: boolean;
  /** In the month for which plans are compared. */
  readonly shows: number;
}

export interface Words {
  readonly viewers: string;
  readonly hours: string;
  readonly bitrate?: string | undefined;
  readonly share: string;
  readonly ladder: string;
  readonly class: string;
  readonly shows: string;
  readonly "origin-shield": string;
}

const CLASSES = ["SINGLE_PIPELINE", "STANDARD"];

/** Throws with a sentence for the person who typed it. */
export function readRequest(words: Words): Request {
  const share = words.share.endsWith("%")
    ? number("share", words.share.slice(0, -1)) / 100
    : number("share", words.share);
  if (share > 1)
    throw new Error(
      `--share is ${words.share}, but nobody gets more than everything: 0 to 1, or 0% to 100%.`,
    );
  if (!CLASSES.includes(words.class)) {
    throw new Error(`--class is ${words.class}, but must be one of ${CLASSES.join(", ")}.`);
  }
  if (!["on", "off"].includes(words["origin-shield"])) {
    throw new Error(`--origin-shield is ${words["origin-shield"]}, but must be on or off.`);
  }
  return {
    viewers: number("viewers", words.viewers),
    hours: number("hours", words.hours),
    bitrate: words.bitrate === undefined ? undefined : number("bitrate", words.bitrate),
    share,
    ladder: words.ladder,
    hasTwoPipelines: words.class === "STANDARD",
    hasOriginShield: words["origin-shield"] === "on",
    shows: number("shows", words.shows),
  };
}

function number(option: string, word: string): number {
  const value = word.trim() === "" ? Number.NaN : Number(word);
  if (!Number.isFinite(value) || value < 0) {
    throw new Error(`--${option} is ${JSON.stringify(word)}, but must be a number that isn't negative.`);
  }
  return value;
}
