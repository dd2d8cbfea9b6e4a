/** Shows an event on the page that the site function wrote (functions/site/event-page.ts), or that has none yet. */

import type { Picture } from "../../functions/record/event-details.ts";
import type { EventNow } from "../../functions/site/event-now.ts";
import { coverWords, viewersWords } from "./event-words.ts";
import type { StagePlan } from "./stage-plan.ts";

const COVER = `<div id="cover" hidden><div id="cover-words">
<p id="cover-title" role="status"></p><p id="cover-time"></p><p id="countdown" role="timer"></p></div></div>`;

const SECTION = `<section id="event" aria-labelledby="event-title"><header><div><h1 id="event-title"></h1>
<p id="standing"><span id="badge" hidden>Live</span><span id="viewers"></span></p></div></header>
<p id="description"></p></section>`;

export function showDetails({ details, standing, ink }: EventNow): void {
  const root = document.documentElement;
  root.classList.toggle("event", details !== null);
  if (!details) return;
  if (!document.querySelector("#cover")) insert("#screen", COVER);
  if (!document.querySelector("#event")) insert("main", SECTION);
  document.title = details.title;
  write("#event-title", details.title);
  write("#description", details.description);
  find("#badge").hidden = standing !== "live";
  show(find("#event header"), "logo", details.logo);
  const { accent, background } = details.colours;
  root.style.setProperty("--mark", accent ?? "");
  root.style.setProperty("--page", background ?? "");
  root.style.setProperty("--ink", ink ?? "");
}

export function hideCover(): void {
  const cover = document.querySelector<HTMLElement>("#cover");
  if (cover) cover.hidden = true;
}

/** `now` is by the deployment's clock. */
export function showCover(cover: StagePlan["cover"], event: EventNow, now: number): void {
  const element = document.querySelector<HTMLElement>("#cover");
  if (!element) return;
  element.hidden = cover === null;
  if (cover === null) return;
  show(element, "poster", event.details?.poster ?? null);
  const { title, time, countdown } = coverWords(cover, event, now, navigator.language);
  write("#cover-title", title);
  write("#cover-time", time);
  write("#countdown", countdown);
}

export function showViewers(viewers: number | null): void {
  if (document.querySelector("#viewers")) write("#viewers", viewersWords(viewers, navigator.language));
}

function show(container: HTMLElement, id: string, picture: Picture | null): void {
  const shown = container.querySelector<HTMLImageElement>(`#${id}`);
  if (!picture) {
    shown?.remove();
    return;
  }
  const source = `/pictures/${picture.name}`;
  if (shown?.getAttribute("src") === source) return;
  const image = shown ?? document.createElement("img");
  Object.assign(image, { id, alt: "", decoding: "async", width: picture.width, height: picture.height });
  image.setAttribute("src", source);
  if (!shown) container.prepend(image);
}

/** Screen readers announce a status again whenever it is written, so only changes are written. */
function write(selector: string, text: string): void {
  const element = find(selector);
  if (element.textContent !== text) element.textContent = text;
}

function insert(selector: string, markup: string): void {
  find(selector).insertAdjacentHTML("beforeend", markup);
}

function find(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}
