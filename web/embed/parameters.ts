/** Reads the parameters in the frame's address (docs/embed.md lists them). */

import type { SharingMode } from "../policy/allowance.ts";
import type { PlayerOptions } from "../ui/player.ts";

export interface EmbedParameters {
  options: Pick<
    PlayerOptions,
    "sharing" | "reports" | "muted" | "autoplay" | "startBehindLiveSeconds" | "colours" | "delaySeconds"
  > & { hls?: string };
  /** The embedding page's origin, which may receive events and send commands; null without the parameter. */
  origin: string | null;
  /** One for each parameter that is ignored, with the reason. */
  warnings: string[];
}

const MODES: readonly string[] = ["on", "leech", "off"] satisfies SharingMode[];
const COLOURS = ["accent", "text", "background"] as const;

/** Invalid parameters are ignored, each with a warning. `address` is the frame's own. */
export function readParameters(address: URL): EmbedParameters {
  const { searchParams } = address;
  const warnings: string[] = [];
  const read = <T>(name: string, wanted: string, parse: (text: string) => T | undefined): T | undefined => {
    const text = searchParams.get(name);
    if (text === null) return undefined;
    const value = parse(text);
    if (value === undefined) warnings.push(`${name}=${text} is ignored: it must be ${wanted}.`);
    return value;
  };
  const seconds = (name: string) => read(name, "a number of seconds, 0 or more", secondsOf);
  const flag = (name: string) => read(name, "0 or 1", flagOf);
  const colours = COLOURS.map((name) => [name, read(name, "a colour such as 56b4e9", colourOf)] as const);
  const options = {
    hls: read("stream", "the path of a playlist on this site", (path) => playlistOf(path, address)),
    delaySeconds: seconds("delay"),
    startBehindLiveSeconds: seconds("start"),
    sharing: read("sharing", "on, leech or off", (mode) =>
      MODES.includes(mode) ? (mode as SharingMode) : undefined,
    ),
    reports: flag("reports"),
    muted: flag("muted"),
    autoplay: flag("autoplay"),
    colours: Object.fromEntries(defined(colours)),
  };
  return {
    options: Object.fromEntries(defined(Object.entries(options))) as EmbedParameters["options"],
    origin: read("origin", "the embedding page's origin, such as https://example.com", originOf) ?? null,
    warnings,
  };
}

/**
 * The channel in which viewers share. A stream other than the deployment's own is another channel. The query makes no
 * difference, because tokens and start positions don't change the stream.
 */
export function channelFor(own: { channel: string; hls: string }, requested: string | undefined): string {
  const pathOf = (address: string) => new URL(address).pathname;
  if (requested === undefined || pathOf(requested) === pathOf(own.hls)) return own.channel;
  return `${own.channel} ${pathOf(requested)}`;
}

function defined<T>(entries: readonly (readonly [string, T | undefined])[]): [string, T][] {
  return entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function secondsOf(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function flagOf(text: string): boolean | undefined {
  return text === "1" || text === "0" ? text === "1" : undefined;
}

/** Hexadecimal. The `#` is optional because addresses have to escape it. */
function colourOf(text: string): string | undefined {
  return /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.test(text) ? `#${text.replace("#", "")}` : undefined;
}

/** Only streams of this site, so that nobody can use the frame to play other streams under its name. */
function playlistOf(path: string, page: URL): string | undefined {
  return URL.canParse(path, page) && new URL(path, page).origin === page.origin
    ? new URL(path, page).href
    : undefined;
}

function originOf(text: string): string | undefined {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text ? text : undefined;
}
