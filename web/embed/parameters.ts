/** Reads what an embedding page asks for in the frame's address (docs/embed.md has the table). */

import type { PlayerOptions } from "../module/create-player.ts";
import type { SharingMode } from "../sharing/session.ts";

export interface EmbedParameters {
  options: Pick<
    PlayerOptions,
    "sharing" | "muted" | "autoplay" | "startBehindLiveSeconds" | "colours" | "delaySeconds"
  > & { hls?: string };
  /** The embedding page's origin, which may listen and command; null where it didn't say. */
  origin: string | null;
  /** Parameters that were left aside, each with the reason. */
  complaints: string[];
}

const MODES: readonly string[] = ["on", "leech", "off"] satisfies SharingMode[];
const COLOURS = ["accent", "text", "background"] as const;

/** `address` is the frame's own. What can't be understood is left aside and complained of. */
export function readParameters(address: URL): EmbedParameters {
  const { searchParams } = address;
  const complaints: string[] = [];
  const read = <T>(name: string, wanted: string, parse: (text: string) => T | undefined): T | undefined => {
    const text = searchParams.get(name);
    if (text === null) return undefined;
    const value = parse(text);
    if (value === undefined) complaints.push(`${name}=${text} is left aside: it must be ${wanted}.`);
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
    muted: flag("muted"),
    autoplay: flag("autoplay"),
    colours: Object.fromEntries(defined(colours)),
  };
  return {
    options: Object.fromEntries(defined(Object.entries(options))) as EmbedParameters["options"],
    origin: read("origin", "the embedding page's origin, such as https://example.com", originOf) ?? null,
    complaints,
  };
}

/**
 * Viewers of one channel share with each other, so another stream than the deployment's own is another channel. The
 * query makes no difference: a token or a start in the past is still the same stream.
 */
export function channelFor(own: { channel: string; hls: string }, asked: string | undefined): string {
  const pathOf = (address: string) => new URL(address).pathname;
  if (asked === undefined || pathOf(asked) === pathOf(own.hls)) return own.channel;
  return `${own.channel} ${pathOf(asked)}`;
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

/** Hexadecimal, with or without the `#` that an address would need to escape. */
function colourOf(text: string): string | undefined {
  return /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.test(text) ? `#${text.replace("#", "")}` : undefined;
}

/** Only this site's own streams: the frame must not become a player for anybody's. */
function playlistOf(path: string, page: URL): string | undefined {
  return URL.canParse(path, page) && new URL(path, page).origin === page.origin
    ? new URL(path, page).href
    : undefined;
}

function originOf(text: string): string | undefined {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text ? text : undefined;
}
