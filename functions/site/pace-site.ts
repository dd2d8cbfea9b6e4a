/** Answers `/reports.json`: how often viewers report, how many of them do, and how many SharingGuard lets share. */

import type { Pace } from "../insights/pace.ts";
import type { SiteResponse } from "./responses.ts";

/** With what an instance keeps, a crowd knows within three seconds that fewer are to report. */
const FOR_TWO_SECONDS = "public, max-age=0, s-maxage=2";
const KEPT_MILLISECONDS = 1_000;

interface PaceSources {
  readPace(): Promise<Pace>;
  now(): number;
  warn(sentence: string): void;
}

export class PaceSite {
  readonly #sources: PaceSources;
  #pace: Promise<Pace> | null = null;
  #readAt = Number.NEGATIVE_INFINITY;
  #ramp = 1;

  constructor(sources: PaceSources) {
    this.#sources = sources;
  }

  /** While the pace can't be read nobody reports: players keep what they know, and ask again minutes later. */
  async respond(): Promise<SiteResponse> {
    try {
      return {
        statusCode: 200,
        headers: { "content-type": "application/json", "cache-control": FOR_TWO_SECONDS },
        body: JSON.stringify(await this.#read()),
      };
    } catch (error) {
      this.#warn(error);
      return { statusCode: 503, headers: { "cache-control": "no-store" }, body: "" };
    }
  }

  /** The part of the viewers who may share; as it was last known, while it can't be read. */
  async ramp(): Promise<number> {
    try {
      this.#ramp = (await this.#read()).ramp;
    } catch (error) {
      this.#warn(error);
    }
    return this.#ramp;
  }

  #read(): Promise<Pace> {
    const { now, readPace } = this.#sources;
    if (this.#pace === null || now() - this.#readAt >= KEPT_MILLISECONDS) {
      this.#readAt = now();
      this.#pace = readPace();
    }
    return this.#pace;
  }

  #warn(error: unknown): void {
    this.#sources.warn(`The pace of reports can't be read: ${error}`);
  }
}
