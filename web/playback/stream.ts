/** Describes the stream to play: read once from a deployment, then passed to any of the players. */

import type { Config } from "../../functions/site/config.ts";
import { lowerMode } from "../policy/allowance.ts";
import { type PartialPolicy, readPolicy } from "../policy/policy.ts";
import { type Entry, type PassSource, passFrom } from "./pass.ts";
import type { LiveSessionOptions, SharingMode } from "./session.ts";
import { Tickets } from "./tickets.ts";

/** Where viewers report what their players counted, and where they learn how many of them do. */
export interface ReportsSource {
  /** Takes reports by POST, with a ticket. */
  readonly address: string;
  readonly pace: string;
}

export interface Stream extends Omit<LiveSessionOptions, "video" | "mode"> {
  /** Address of the DASH manifest, for players that prefer it. */
  dash?: string;
  /** Null where the deployment takes no reports. */
  reportsTo?: ReportsSource | null;
  /** Lets the player report how playback goes, if the viewer does; true by default. */
  reports?: boolean;
  /** How much sharing the deployment allows, for what share of its viewers, and what it wants them told. */
  policy: PartialPolicy;
}

/** A deployment may be of another version than the player that plays it. */
type LaterConfig = "signatures" | "reports";
type DeployedConfig = Omit<Config, LaterConfig | "sharing"> &
  Partial<Pick<Config, LaterConfig>> & { readonly sharing: PartialPolicy };

/**
 * Reads a deployment's stream from its `config.json`, and gets a ticket for it meanwhile. `deployment` is its address,
 * such as `https://live.example.com`; `entry` is what opens a private stream. Throws when the deployment can't be reached
 * or isn't one, and a TicketError, whose message is for the viewer, when there is no ticket for this one.
 */
export async function readStream(
  deployment: string | URL,
  entry: Entry | PassSource | null = null,
): Promise<Stream> {
  const from = new URL("config.json", withSlash(deployment));
  const pass = typeof entry === "function" ? entry : entry && passFrom(entry);
  const [stream, tickets] = await Promise.all([readConfig(from), Tickets.get(new URL("ticket", from), pass)]);
  return { ...stream, tickets };
}

async function readConfig(from: URL): Promise<Stream> {
  const response = await fetch(from);
  if (!response.ok) throw new Error(`${from} answered ${response.status}.`);
  const found: unknown = await response.json().catch(() => null);
  if (!isConfig(found)) throw new Error(`${from} isn't the configuration of a deployment of Shoal.`);
  return streamOf(found, from);
}

/** Tells a deployment's configuration from whatever else may be at that address; its contents are trusted. */
function isConfig(found: unknown): found is DeployedConfig {
  return typeof found === "object" && found !== null && "hls" in found && "tracker" in found;
}

/** The stream that a deployment's configuration describes, with absolute addresses. */
export function streamOf(config: DeployedConfig, from: URL): Stream {
  const address = (path: string) => new URL(path, from).href;
  return {
    hls: address(config.hls),
    dash: address(config.dash),
    channel: config.channel,
    signatures: config.signatures
      ? { address: address(config.signatures.path), publicKeys: config.signatures.publicKeys }
      : null,
    reportsTo: config.reports
      ? { address: address(config.reports.path), pace: address(config.reports.pace) }
      : null,
    trackers: [address(config.tracker).replace(/^http/, "ws")],
    stunServers: config.stunServers,
    policy: readPolicy(config.sharing),
    delaySeconds: config.delaySeconds,
  };
}

/** Limits sharing for a page that embeds the player: it may ask for less than the deployment allows, never more. */
export function limitSharing(stream: Stream, most: SharingMode): Stream {
  return { ...stream, policy: { ...stream.policy, mode: lowerMode(stream.policy.mode, most) } };
}

function withSlash(address: string | URL): URL {
  const url = new URL(address);
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}
