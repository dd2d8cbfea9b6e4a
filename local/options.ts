/** Reads the options of `npm start` from the command line and the environment, and holds their help text. */

import { parseArgs } from "node:util";
import type { Reach } from "../functions/tracker/reach.ts";

export interface StartOptions {
  readonly host: string;
  readonly port: number;
  /** rtmp or srt; undefined takes the template's. */
  readonly ingest: string | undefined;
  readonly rtmpPort: number;
  readonly srtPort: number;
  /** Undefined takes the key that is kept between starts. */
  readonly streamKey: string | undefined;
  readonly ladder: string | undefined;
  /** MediaLive's channel class: SINGLE_PIPELINE or STANDARD. */
  readonly channelClass: string | undefined;
  /** Comma-separated `stun:host:port`; none when it is empty, and the template's when it is undefined. */
  readonly stunServers: string | undefined;
  /** Names of the ladder's renditions to make; undefined makes all. */
  readonly renditions: readonly string[] | undefined;
  readonly segmentSeconds: number | undefined;
  readonly windowSeconds: number | undefined;
  /** How sharing is limited; undefined takes the template's default. */
  readonly sharing: {
    readonly consent: string | undefined;
    readonly above: number | undefined;
    readonly reach: Reach | undefined;
  };
  /** Only for who has a personal link, or the password if there is one. */
  readonly isPrivate: boolean;
  readonly password: string | undefined;
  readonly testCard: boolean;
  /** Undefined takes a temporary folder. */
  readonly mediaFolder: string | undefined;
  /** The folder that stands for the bucket of raw reports; undefined keeps none. */
  readonly rawReports: string | undefined;
  readonly trackerOnly: boolean;
  /** Undefined takes the tracker's own limit, 0 none. */
  readonly announcesPerMinute: number | undefined;
  readonly plain: boolean;
  readonly quiet: boolean;
}

export type Command =
  | { readonly kind: "start"; readonly options: StartOptions }
  | { readonly kind: "help"; readonly text: string };

/** An error that the person can correct; the message says how, in one sentence. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

interface Option {
  /** The value's name in the help text; a switch has none. */
  readonly value?: string;
  readonly help: string;
}

const OPTIONS = {
  port: {
    value: "PORT",
    help: "where pages, stream and tracker are served; 8080, or 8000 for the tracker alone",
  },
  host: {
    value: "ADDRESS",
    help: "the address to listen on; 0.0.0.0, so that phones on your network can watch",
  },
  ingest: { value: "HOW", help: "what OBS sends: rtmp, or srt, which is encrypted; rtmp" },
  "rtmp-port": { value: "PORT", help: "where OBS sends RTMP to; 1935" },
  "srt-port": { value: "PORT", help: "where OBS sends SRT to; 5050" },
  "stream-key": { value: "KEY", help: "the key that OBS must send; one is made at the first start and kept" },
  ladder: {
    value: "NAME",
    help: "1080p, 720p or 540p, named after the largest rendition, or your own, as 854x480@1.2; 720p",
  },
  renditions: {
    value: "NAMES",
    help: "only these of the ladder, such as 360p, for a machine that can't carry all",
  },
  class: {
    value: "NAME",
    help: "SINGLE_PIPELINE, or STANDARD: two encoders, with an RTMP port each; SINGLE_PIPELINE",
  },
  "segment-seconds": { value: "SECONDS", help: "length of a segment; 2" },
  "window-seconds": { value: "SECONDS", help: "how far back the playlist goes; 60" },
  "sharing-consent": {
    value: "HOW",
    help: "whether viewers are told or asked before they share: implied, notice or ask; implied",
  },
  "sharing-above": { value: "VIEWERS", help: "how many it takes before any share; 0" },
  "sharing-reach": { value: "REACH", help: "which viewers may meet: world, network or lan; world" },
  private: {
    help: "only for who has a personal link (npm run live -- links --local), or the password",
  },
  password: { value: "WORDS", help: "makes the stream private, and lets in who knows this" },
  "no-test-card": { help: "nothing is on the air until a broadcaster connects" },
  "stun-servers": {
    value: "SERVERS",
    help: "comma-separated stun:host:port, for viewers in other networks; none",
  },
  "media-folder": {
    value: "FOLDER",
    help: "where segments are written; a temporary folder, removed at the end",
  },
  "raw-reports": {
    value: "FOLDER",
    help: "keeps what viewers report, a row for each report, as Athena reads them from S3; none",
  },
  "tracker-only": { help: "only the tracker, which keeps everything in memory: what `npm run tracker` does" },
  "announces-per-minute": {
    value: "NUMBER",
    help: "what the tracker alone takes from one connection; 40, and 0 for any number",
  },
  plain: { help: "plain lines instead of a status display; so also in a pipe" },
  quiet: { help: "nothing but warnings and errors" },
  help: { help: "this text" },
} as const satisfies Record<string, Option>;

type Name = keyof typeof OPTIONS;

type Given = Partial<Record<Name, string | boolean>>;

/**
 * Reads arguments (without `node` and the script) and environment; arguments win.
 * Throws a UsageError for an unknown option and for an invalid value.
 */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Command {
  const given: Given = { ...fromEnvironment(environment), ...fromArguments(args) };
  if (given.help) return { kind: "help", text: helpText() };
  const trackerOnly = given["tracker-only"] === true;
  return {
    kind: "start",
    options: {
      host: text(given, "host") ?? "0.0.0.0",
      port: whole(given, "port", 0, 65_535) ?? (trackerOnly ? 8000 : 8080),
      ingest: ingest(given),
      rtmpPort: whole(given, "rtmp-port", 0, 65_535) ?? 1935,
      srtPort: whole(given, "srt-port", 0, 65_535) ?? 5050,
      streamKey: streamKey(given),
      ladder: text(given, "ladder"),
      channelClass: text(given, "class"),
      stunServers: stunServers(given),
      renditions: text(given, "renditions")
        ?.split(",")
        .map((name) => name.trim()),
      segmentSeconds: whole(given, "segment-seconds", 1, 10),
      windowSeconds: whole(given, "window-seconds", 30, 3600),
      sharing: {
        consent: oneOf(given, "sharing-consent", ["implied", "notice", "ask"]),
        above: whole(given, "sharing-above", 0, 1_000_000),
        reach: oneOf(given, "sharing-reach", ["world", "network", "lan"]),
      },
      isPrivate: given.private === true || given.password !== undefined,
      password: text(given, "password"),
      testCard: given["no-test-card"] !== true,
      mediaFolder: text(given, "media-folder"),
      rawReports: text(given, "raw-reports"),
      trackerOnly,
      announcesPerMinute: whole(given, "announces-per-minute", 0, 1_000_000),
      plain: given.plain === true,
      quiet: given.quiet === true,
    },
  };
}

function ingest(given: Given): string | undefined {
  const how = oneOf(given, "ingest", ["rtmp", "srt"]);
  if (how === "srt" && given.class === "STANDARD")
    throw new UsageError("SRT feeds one pipeline: leave out --class STANDARD, or --ingest srt.");
  return how;
}

/** The environment's name for an option: `SHOAL_RTMP_PORT` for `--rtmp-port`. */
function variableOf(name: string): string {
  return `SHOAL_${name.toUpperCase().replaceAll("-", "_")}`;
}

function fromArguments(args: readonly string[]): Given {
  const options = Object.fromEntries(
    Object.entries<Option>(OPTIONS).map(([name, { value }]) => [
      name,
      { type: value ? ("string" as const) : ("boolean" as const) },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(sentenceOf(error as Error));
  }
}

/** Node's message about a wrong argument, without its advice for programmers. */
function sentenceOf({ message }: Error): string {
  const first = message.split(/\. To specify|\n/)[0]?.replace(/\.$/, "");
  return `${first}: see npm start -- --help.`;
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Given {
  const given: Given = {};
  for (const [name, option] of Object.entries<Option>(OPTIONS) as [Name, Option][]) {
    const value = environment[variableOf(name)];
    if (value === undefined || value === "") continue;
    if (option.value) given[name] = value;
    else if (value === "1" || value === "true") given[name] = true;
    else if (value !== "0" && value !== "false") {
      throw new UsageError(`${variableOf(name)} is ${JSON.stringify(value)}, but must be 1 or 0.`);
    }
  }
  return given;
}

function text(given: Given, name: Name): string | undefined {
  const value = given[name];
  if (value === "") throw new UsageError(`--${name} is empty.`);
  return typeof value === "string" ? value : undefined;
}

function whole(given: Given, name: Name, least: number, most: number): number | undefined {
  const value = text(given, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new UsageError(
    `--${name} is ${JSON.stringify(value)}, but must be a whole number from ${least} to ${most}.`,
  );
}

function oneOf<Known extends string>(given: Given, name: Name, all: readonly Known[]): Known | undefined {
  const value = text(given, name);
  const found = all.find((known) => known === value);
  if (found || value === undefined) return found;
  throw new UsageError(`--${name} is ${JSON.stringify(value)}, but must be one of ${all.join(", ")}.`);
}

/** The key is part of RTMP's path, and of an address that people type. */
function streamKey(given: Given): string | undefined {
  const key = text(given, "stream-key");
  if (key === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(key)) return key;
  throw new UsageError("--stream-key must have 1 to 64 letters, digits, dashes or underscores.");
}

/** As RFC 7064 writes them. A browser refuses to connect at all over an address that it can't read. */
function stunServers(given: Given): string | undefined {
  const servers = text(given, "stun-servers")
    ?.split(",")
    .map((server) => server.trim());
  const wrong = servers?.find((server) => !/^stuns?:[A-Za-z0-9.[\]:-]+$/.test(server));
  if (wrong === undefined) return servers?.join(",");
  throw new UsageError(
    `--stun-servers has ${JSON.stringify(wrong)}, but must list servers such as stun:example.com:3478.`,
  );
}

function helpText(): string {
  const lines = Object.entries<Option>(OPTIONS).map(([name, { value, help }]) => {
    const left = `--${name}${value ? ` ${value}` : ""}`;
    return `  ${left.padEnd(28)}${help}`;
  });
  return [
    "Shoal on this machine: an RTMP address for OBS, and a page whose viewers share the stream.",
    "",
    "  npm start -- [options]       everything",
    "  npm run tracker -- [options] the tracker alone",
    "",
    "Options, with what holds without them:",
    "",
    ...lines,
    "",
    `Each can also be set in the environment, as in ${variableOf("rtmp-port")}=1936 or ${variableOf("no-test-card")}=1.`,
    "A port of 0 takes a free one.",
    "",
  ].join("\n");
}
