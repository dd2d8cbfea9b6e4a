/** Answers `/reports.json`: how often viewers report, and how many of them do. */

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

  constructor(sources: PaceSources) {
    this.#sources = sources;
  }

  /** While the pace can't be read nobody reports: players keep what they know, and ask again minutes later. */
  async respond(): Promise<SiteResponse> {
    const { now, readPace, warn } = this.#sources;
    if (this.#pace === null || now() - this.#readAt >= KEPT_MILLISECONDS) {
      this.#readAt = now();
      this.#pace = readPace();
    }
    try {
      return {
        statusCode: 200,
        headers: { "content-type": "application/json", "cache-control": FOR_TWO_SECONDS },
        body: JSON.stringify(await this.#pace),
      };
    } catch (error) {
      warn(`The pace of reports can't be read: ${error}`);
      return { statusCode: 503, headers: { "cache-control": "no-store" }, body: "" };
    }
  }
}
