/** Writes the event into the entry page, so that it can be read without a script, and shared as a link. */

import type { EventDetails, Picture } from "../record/event-details.ts";
import type { EventNow } from "./event-now.ts";

/** The built page marks what depends on the event: `<!--head-->…<!--/head-->`. */
const MARKED = /<!--(\w+)-->[\s\S]*?<!--\/\1-->/g;

/** What a page that waits would fetch too early: its ticket and configuration. */
const EARLY_FETCHES = /^\s*<link rel="preload" as="fetch".*\n/gm;

/** The page with the event in it. `html` is the built page, which stays as it is where there is no event. */
export function eventPage(html: string, { details, standing, since, ink }: EventNow): string {
  if (!details) return html;
  const parts: Readonly<Record<string, string>> = {
    head: head(details),
    cover: cover(details, standing),
    event: section(details, standing),
  };
  const page = html
    .replace("<html ", `<html class="event" style="${style(details, ink)}" `)
    .replace('id="stage"', `id="stage" data-standing="${standing ?? ""}" data-since="${since ?? 0}"`)
    .replace('content="dark"', 'content="light dark"')
    .replace(MARKED, (_, name: string) => String(parts[name]));
  return standing === "waiting" || standing === "ended" ? page.replace(EARLY_FETCHES, "") : page;
}

/** oEmbed's answer (https://oembed.com), for sites that turn a link into a player. */
export function oEmbed(details: EventDetails): string {
  const { title, address, poster } = details;
  const frame =
    `<iframe src="${address}embed" width="640" height="360" style="border:0" title="${escaped(title)}" ` +
    'allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>';
  const thumbnail = poster && {
    thumbnail_url: urlOf(poster, address),
    thumbnail_width: poster.width,
    thumbnail_height: poster.height,
  };
  return JSON.stringify({
    version: "1.0",
    type: "video",
    title,
    provider_name: "Shoal",
    provider_url: address,
    html: frame,
    width: 640,
    height: 360,
    ...thumbnail,
  });
}

function head({ title, description, address, poster }: EventDetails): string {
  const summary = description.replace(/\s+/g, " ").slice(0, 200) || "A live stream.";
  const named = { description: summary, "twitter:card": poster ? "summary_large_image" : "summary" };
  const properties = {
    "og:type": "video.other",
    "og:site_name": "Shoal",
    "og:title": title,
    "og:description": summary,
    "og:url": address,
    ...(poster && {
      "og:image": urlOf(poster, address),
      "og:image:width": String(poster.width),
      "og:image:height": String(poster.height),
      "og:image:alt": title,
    }),
  };
  const oembed = `${address}oembed.json`;
  return [
    `<title>${escaped(title)}</title>`,
    ...Object.entries(named).map(([name, value]) => `<meta name="${name}" content="${escaped(value)}">`),
    ...Object.entries(properties).map(
      ([name, value]) => `<meta property="${name}" content="${escaped(value)}">`,
    ),
    `<link rel="canonical" href="${escaped(address)}">`,
    `<link rel="alternate" type="application/json+oembed" href="${escaped(oembed)}" title="${escaped(title)}">`,
  ].join("\n  ");
}

function style({ colours: { accent, background } }: EventDetails, ink: EventNow["ink"]): string {
  return [accent && `--mark: ${accent};`, background && `--page: ${background}; --ink: ${ink};`]
    .filter(Boolean)
    .join(" ");
}

/** What lies over the picture while there is none. The script takes the words from here on. */
function cover({ startsAt, poster }: EventDetails, standing: EventNow["standing"]): string {
  const isShown = standing === "waiting" || standing === "ended" || standing === "back-soon";
  const words = {
    waiting: startsAt ? "Coming up" : "Not started yet",
    "back-soon": "Back soon",
    ended: "This event has ended",
  };
  const title = standing && standing !== "live" ? words[standing] : "";
  const time = standing === "waiting" && startsAt ? timeElement(startsAt) : "";
  return `<div id="cover"${isShown ? "" : " hidden"}>${isShown ? image("poster", poster) : ""}
        <div id="cover-words"><p id="cover-title" role="status">${title}</p><p id="cover-time">${time}</p><p id="countdown" role="timer"></p></div>
      </div>`;
}

function section({ title, description, logo }: EventDetails, standing: EventNow["standing"]): string {
  return `<section id="event" aria-labelledby="event-title">
      <header>${image("logo", logo)}
        <div><h1 id="event-title">${escaped(title)}</h1>
        <p id="standing"><span id="badge"${standing === "live" ? "" : " hidden"}>Live</span><span id="viewers"></span></p></div>
      </header>
      <p id="description">${escaped(description)}</p>
    </section>`;
}

/** With width and height, so that nothing moves when it comes. */
function image(id: string, picture: Picture | null): string {
  if (!picture) return "";
  const { name, width, height } = picture;
  return `<img id="${id}" src="/pictures/${name}" width="${width}" height="${height}" alt="" decoding="async" fetchpriority="low">`;
}

function timeElement(startsAt: string): string {
  const words = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "short", timeZone: "UTC" });
  return `<time datetime="${startsAt}">${words.format(new Date(startsAt))} UTC</time>`;
}

function urlOf({ name }: Picture, address: string): string {
  return `${address}pictures/${name}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => String(ENTITIES[character]));
}
