/** What `npm run live` does about who may watch: makes personal links and passwords, and revokes them. */

import { type Link, writeLink } from "../../functions/tickets/links.ts";

export interface LinkWishes {
  /** One link for each. */
  readonly names: readonly string[];
  /** Viewers at a time by each link. */
  readonly viewers: number;
  /** In epoch seconds. */
  readonly until: number;
}

/** What the links are of: a stack's outputs, and its generation. */
export interface PrivateStream {
  readonly playerUrl: string;
  readonly linkKey: string;
  readonly generation: number;
}

/** Two tabs of one person are two viewers; more than these are an audience, which a password is for. */
const MOST_VIEWERS = 20;
const MOST_LINKS = 100_000;

/** A table in CSV (RFC 4180): whom each link is for, and the link. */
export function linkTable(
  { names, viewers, until }: LinkWishes,
  { playerUrl, linkKey, generation }: PrivateStream,
  randomId: () => string,
): string {
  const rows = names.map((name) => {
    const link: Link = { id: randomId(), seats: viewers, until, generation };
    return `${quoted(name)},${playerUrl}#link=${writeLink(link, linkKey)}`;
  });
  return ["name,link", ...rows, ""].join("\r\n");
}

interface LinkOptions {
  readonly count?: string | undefined;
  readonly viewers?: string | undefined;
  readonly until?: string | undefined;
}

/** Reads the options of `live -- links`; `names` are those of a file. Throws a sentence for the person who asked. */
export function readLinkWishes(
  { count, viewers = "1", until }: LinkOptions,
  names: readonly string[] | null,
  now: Date,
): LinkWishes {
  if (names && count !== undefined) throw new Error("Say either --names or --count.");
  const ends = endOf(until ?? dateOf(now));
  if (ends === null) throw new Error(`--until is ${until}, but must be a day such as 2026-12-31.`);
  if (ends <= now.getTime() / 1000) throw new Error(`--until is ${until}, which is over.`);
  const named = names ?? numbered(whole("--count", count ?? "1", MOST_LINKS));
  if (named.length === 0) throw new Error("The file of --names has no names.");
  return { names: named, viewers: whole("--viewers", viewers, MOST_VIEWERS), until: ends };
}

/** The last second of a day, by this machine's clock. */
function endOf(day: string): number | null {
  const end = new Date(`${day}T23:59:59`);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(end.getTime());
  return isDay ? Math.floor(end.getTime() / 1000) : null;
}

function dateOf(now: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function whole(option: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`${option} is ${text}, but must be a whole number from 1 to ${most}.`);
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `Viewer ${at + 1}`);
}

function quoted(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** The names in a file, one a line. */
export function namesIn(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** A password that nobody guesses and everybody can type: 16 letters and digits, of which none look alike. */
export function newPassword(random: Uint8Array): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789x";
  const all = [...random].map((byte) => letters[byte % letters.length]).join("");
  return all.match(/.{4}/g)?.join("-") ?? "";
}
