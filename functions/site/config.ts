/** The player's configuration, /config.json: what it has to know about the deployment, from environment variables. */

/** Says how often viewers report, and how many of them do. */
export const PACE_PATH = "/reports.json";
export const CONFIG_PATH = "/config.json";

export interface Config {
  /** Name of the channel. Viewers of the same channel share with each other. */
  readonly channel: string;
  /** Path of the HLS master playlist. */
  readonly hls: string;
  /** Path of the DASH manifest. */
  readonly dash: string;
  /** Path of the tracker's WebSocket. */
  readonly tracker: string;
  readonly signatures: {
    /** Path below which a media sequence number names the signatures of its segments (functions/signer/trailer.ts). */
    readonly path: string;
    /**
     * Public keys by which signatures may verify, the likeliest first: the current key, the next and the one before,
     * so that a key can change while viewers watch. Each is a point on P-256, uncompressed (65 bytes), in Base64.
     */
    readonly publicKeys: readonly string[];
  };
  /** Null where viewers don't report. */
  readonly reports: {
    /** Path that takes viewers' reports, with a ticket before it (functions/insights/report.ts). */
    readonly path: string;
    /** Path of the pace at which viewers report. */
    readonly pace: string;
  } | null;
  /** Such as `stun:host:port`. */
  readonly stunServers: readonly string[];
  readonly sharing: {
    /** The default for viewers who haven't chosen: upload and download, download only, or neither. */
    readonly mode: SharingMode;
    /** The share of viewers who take part at all, 0 to 1. */
    readonly ramp: number;
    /** The share of those who would take part that is the control group, 0 to 1. */
    readonly control: number;
    /** Whether viewers are told, or asked, before other viewers can see their network addresses. */
    readonly consent: SharingConsent;
    /** Nobody shares in a swarm of fewer viewers. */
    readonly above: number;
    /** How far viewers may meet. The tracker sees to it; players only say so. */
    readonly reach: SharingReach;
  };
  /** The live delay to play at; null leaves it to the player. */
  readonly delaySeconds: number | null;
}

type SharingMode = (typeof SHARING_MODES)[number];
type SharingConsent = (typeof SHARING_CONSENTS)[number];
type SharingReach = (typeof SHARING_REACHES)[number];

const SHARING_MODES = ["on", "leech", "off"] as const;
const SHARING_CONSENTS = ["implied", "notice", "ask"] as const;
const SHARING_REACHES = ["world", "network", "lan"] as const;

const SWITCH = ["on", "off"] as const;

const MOST_VIEWERS = 1_000_000;

/** The same for a moment at which SharingGuard lets only so many share. */
export function guardedConfig(config: Config, ramp: number): Config {
  return { ...config, sharing: { ...config.sharing, ramp: Math.min(config.sharing.ramp, ramp) } };
}

/** Reads the function's environment variables. Throws an error that names the first one that is missing or wrong. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const text = (name: string): string => {
    const value = environment[name];
    if (value === undefined) throw new Error(`The environment variable ${name} is missing`);
    return value;
  };
  const number = (name: string, least: number, most: number): number => {
    const value = text(name) === "" ? Number.NaN : Number(text(name));
    if (value >= least && value <= most) return value;
    throw new Error(
      `${name} is ${JSON.stringify(text(name))}, but must be a number from ${least} to ${most}`,
    );
  };
  const oneOf = <Known extends string>(name: string, all: readonly Known[]): Known => {
    const found = all.find((known) => known === text(name));
    if (found) return found;
    throw new Error(`${name} is ${JSON.stringify(text(name))}, but must be ${all.join(", ")}`);
  };
  const list = (name: string): string[] =>
    text(name)
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  return {
    channel: text("CHANNEL"),
    hls: text("HLS"),
    dash: text("DASH"),
    tracker: text("TRACKER"),
    signatures: { path: text("SIGNATURES"), publicKeys: list("PUBLIC_KEYS") },
    reports: oneOf("INSIGHTS", SWITCH) === "on" ? { path: text("REPORTS"), pace: PACE_PATH } : null,
    stunServers: list("STUN_SERVERS"),
    sharing: {
      mode: oneOf("SHARING_MODE", SHARING_MODES),
      ramp: number("SHARING_RAMP", 0, 1),
      control: number("SHARING_CONTROL", 0, 1),
      consent: oneOf("SHARING_CONSENT", SHARING_CONSENTS),
      above: number("SHARING_ABOVE", 0, MOST_VIEWERS),
      reach: oneOf("SHARING_REACH", SHARING_REACHES),
    },
    delaySeconds: text("DELAY_SECONDS") === "" ? null : number("DELAY_SECONDS", 1, 99),
  };
}
