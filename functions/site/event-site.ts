/** Answers requests for what depends on the channel's record: the entry page, `/event.json`, oEmbed and pictures. */

import type { LambdaFunctionURLEvent } from "aws-lambda";
import type { ChannelRecord } from "../record/broadcast.ts";
import { eventNow } from "./event-now.ts";
import { eventPage, oEmbed } from "./event-page.ts";
import { FOR_A_MINUTE, FOR_EVER, findPage, type Page, type Pages, pagesFrom } from "./pages.ts";
import { respondWith, type SiteResponse } from "./responses.ts";

export interface EventSources {
  readRecord(): Promise<ChannelRecord>;
  readPicture(name: string): Promise<Buffer | null>;
  now(): number;
  warn(sentence: string): void;
}

/**
 * With the time between a page's requests (web/event/follow.ts) and what an instance keeps, a change is on every screen
 * within ten seconds.
 */
const FOR_TWO_SECONDS = "public, max-age=0, s-maxage=2";

/** Many edges ask at the same time. */
const KEPT_MILLISECONDS = 500;

const NOTHING: ChannelRecord = { details: null, broadcast: null };

export class EventSite {
  readonly #sources: EventSources;
  readonly #pages: Pages;
  #record: Promise<ChannelRecord> | null = null;
  #readAt = Number.NEGATIVE_INFINITY;
  /** The last that could be read: an outage of the table leaves pages as they were. */
  #known: ChannelRecord = NOTHING;

  constructor(pages: Pages, sources: EventSources) {
    this.#pages = pages;
    this.#sources = sources;
  }

  /** Null for a path that has nothing to do with the event, and for the entry page while there is none. */
  async respond({
    rawPath,
    headers,
  }: Pick<LambdaFunctionURLEvent, "rawPath" | "headers">): Promise<SiteResponse | null> {
    if (rawPath === "/event.json") return this.#event();
    if (rawPath === "/oembed.json") return this.#oEmbed();
    const [, picture] = /^\/pictures\/([\w-]+\.\w+)$/.exec(rawPath) ?? [];
    if (picture) return this.#picture(picture);
    const page = findPage(this.#pages, rawPath);
    if (page === undefined || page !== this.#pages.get("/index.html")) return null;
    const now = eventNow(await this.#readOrKnown(), this.#sources.now());
    if (!now.details) return null;
    const html = Buffer.from(eventPage(page.body.toString("utf8"), now));
    const written = pagesFrom(new Map([["/index.html", html]])).get("/index.html") as Page;
    return respondWith(written, headers);
  }

  async #event(): Promise<SiteResponse> {
    try {
      return json(JSON.stringify(eventNow(await this.#read(), this.#sources.now())), FOR_TWO_SECONDS);
    } catch {
      // Pages keep what they have, and ask again.
      return text(503, "The event can't be read now.");
    }
  }

  async #oEmbed(): Promise<SiteResponse> {
    const { details } = await this.#readOrKnown();
    return details ? json(oEmbed(details), FOR_A_MINUTE) : text(404, "There is no event.");
  }

  /** Only the event's own, so that made-up names never reach the table. */
  async #picture(name: string): Promise<SiteResponse> {
    const { details } = await this.#readOrKnown();
    const isOurs = details?.poster?.name === name || details?.logo?.name === name;
    const bytes = isOurs ? await this.#sources.readPicture(name).catch(() => null) : null;
    if (!bytes) return text(404, "There is no such picture.");
    const type = name.endsWith(".png") ? "image/png" : "image/jpeg";
    return {
      statusCode: 200,
      headers: { "content-type": type, "cache-control": FOR_EVER },
      body: bytes.toString("base64"),
      isBase64Encoded: true,
    };
  }

  #readOrKnown(): Promise<ChannelRecord> {
    return this.#read().catch(() => this.#known);
  }

  #read(): Promise<ChannelRecord> {
    const now = this.#sources.now();
    if (this.#record && now - this.#readAt < KEPT_MILLISECONDS) return this.#record;
    this.#readAt = now;
    this.#record = this.#sources.readRecord().then(
      (record) => {
        this.#known = record;
        return record;
      },
      (error: unknown) => {
        this.#sources.warn(`The channel's record can't be read: ${error}`);
        throw error;
      },
    );
    return this.#record;
  }
}

function json(body: string, caching: string): SiteResponse {
  return {
    statusCode: 200,
    headers: { "content-type": "application/json", "cache-control": caching },
    body,
  };
}

function text(statusCode: number, sentence: string): SiteResponse {
  return {
    statusCode,
    headers: { "content-type": "text/plain", "cache-control": "no-store" },
    body: `${sentence}\n`,
  };
}
