/** Who gets into the stream on this machine: makes tickets and personal links, and revokes them, as `npm run live` does. */

import { randomBytes } from "node:crypto";
import type { TicketReply } from "../../functions/edge/ticket.ts";
import { writeLink } from "../../functions/tickets/links.ts";
import type { CloudFront } from "../cloudfront.ts";
import { readDistribution } from "../template/distribution.ts";
import type { Backend } from "./backend.ts";
import { withPages } from "./pages.ts";

/** How long a link is good for unless something else is said. */
const LINK_HOURS = 12;

export class Access {
  readonly #url: string;
  readonly #backend: Backend;
  readonly #cloudfront: CloudFront;
  readonly #pages: readonly string[];
  #generation = 1;
  #ticket = "";

  constructor(url: string, backend: Backend, cloudfront: CloudFront, pages: readonly string[]) {
    this.#pages = pages;
    this.#url = url;
    this.#backend = backend;
    this.#cloudfront = cloudfront;
  }

  /** A ticket that lasts, for the addresses that are handed out here. */
  get ticket(): string {
    return this.#ticket;
  }

  get generation(): number {
    return this.#generation;
  }

  /** A personal link for so many viewers at a time. */
  link({ seats = 1, hours = LINK_HOURS } = {}): string {
    const until = Math.floor(Date.now() / 1000) + hours * 3600;
    const id = randomBytes(6).toString("base64url");
    const link = { id, seats, until, generation: this.#generation };
    return `${this.#url}#link=${writeLink(link, this.#backend.linkKey)}`;
  }

  async takeTicket(): Promise<void> {
    const [, link] = this.link().split("#link=");
    const headers = { "x-shoal-pass": `link ${link}` };
    const response = await fetch(`${this.#url}ticket?lasting=1`, { headers });
    this.#ticket = ((await response.json()) as TicketReply).ticket;
  }

  /** Revokes every ticket and personal link that was given so far. */
  async revoke(generation = this.#generation + 1): Promise<void> {
    this.#generation = generation;
    const template = await this.#backend.evaluate({ TicketGeneration: String(generation) });
    this.#cloudfront.update(withPages(readDistribution(template), this.#pages));
    await this.takeTicket();
  }
}
