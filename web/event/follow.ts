/** Follows the event on the viewer's page: what it says, whether it plays, and what lies over the picture. */

import type { EventNow } from "../../functions/site/event-now.ts";
import type { Player } from "../ui/player.ts";
import { feedEvent } from "./event-feed.ts";
import { hideCover, showCover, showDetails, showViewers } from "./event-page.ts";
import { planStage, type StagePlan } from "./stage-plan.ts";

/** A player's delay before it is known. */
const TYPICAL_DELAY_SECONDS = 10;

/** What asks the viewer something, such as a password, or can't load, stands on the stage and mustn't stay covered. */
const OPENING_SECONDS = 4;

/** Without an answer for so long, nobody knows whether there is a picture: the player tries, under the cover. */
const SILENCE_SECONDS = 30;

/** The player is there already where the page began with it. `open` makes another. */
export function followEvent(player: Player | null, open: () => Promise<Player>): void {
  new EventFollower(player, open).start();
}

class EventFollower {
  readonly #open: () => Promise<Player>;
  #player: Player | null;
  #isOpening = false;
  #event: EventNow | null = null;
  #answeredAt = performance.now();
  /** What to add to this machine's clock for the deployment's. */
  #clockOffset = 0;
  #cover = coverOnPage();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(player: Player | null, open: () => Promise<Player>) {
    this.#player = player;
    this.#open = open;
    if (player) this.#watch(player);
  }

  start(): void {
    feedEvent((event) => this.#take(event));
    setInterval(() => {
      this.#tick();
      if (performance.now() - this.#answeredAt > SILENCE_SECONDS * 1000) void this.#openPlayer();
    }, 1000);
  }

  #take(event: EventNow): void {
    this.#event = event;
    this.#answeredAt = performance.now();
    this.#clockOffset = event.now - Date.now();
    showDetails(event);
    if (!event.details?.showsViewers) showViewers(null);
    this.#arrange();
  }

  #arrange(): void {
    const event = this.#event;
    if (!event) return;
    clearTimeout(this.#timer);
    const plan = planStage(event, {
      now: this.#now(),
      isPlaying: this.#player !== null || this.#isOpening,
      cover: this.#cover,
      delaySeconds: this.#player?.stats.delaySeconds ?? TYPICAL_DELAY_SECONDS,
    });
    this.#cover = plan.cover;
    this.#tick();
    if (plan.isPlaying) void this.#openPlayer();
    else this.#closePlayer();
    if (plan.againInMs !== null) this.#timer = setTimeout(() => this.#arrange(), plan.againInMs);
  }

  async #openPlayer(): Promise<void> {
    if (this.#player || this.#isOpening) return;
    this.#isOpening = true;
    const late = setTimeout(() => this.#uncover(), OPENING_SECONDS * 1000);
    const player = await this.#open();
    clearTimeout(late);
    this.#isOpening = false;
    this.#player = player;
    this.#watch(player);
    this.#arrange();
  }

  #closePlayer(): void {
    this.#player?.destroy();
    this.#player = null;
    showViewers(null);
  }

  #watch(player: Player): void {
    // Also where nobody answers: what plays is on.
    player.on("firstFrame", () => this.#uncover());
    player.on("error", (error) => {
      // A channel that has just started has no playlist yet: the player waits for it under the cover.
      if (error && error.kind !== "not-started") this.#uncover();
    });
    player.on("stats", ({ viewersNow }) => {
      if (this.#event?.details?.showsViewers) showViewers(viewersNow);
    });
  }

  #uncover(): void {
    if (this.#event?.standing !== "back-soon") this.#cover = null;
    this.#tick();
  }

  #tick(): void {
    if (this.#event) showCover(this.#cover, this.#event, this.#now());
    else if (this.#cover === null) hideCover();
  }

  #now(): number {
    return Date.now() + this.#clockOffset;
  }
}

/** What lies over the stage as the site wrote the page. */
function coverOnPage(): StagePlan["cover"] {
  const isShown = document.querySelector<HTMLElement>("#cover")?.hidden === false;
  const standing = document.querySelector<HTMLElement>("#stage")?.dataset["standing"];
  return isShown ? (standing as StagePlan["cover"]) : null;
}
