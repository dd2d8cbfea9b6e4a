/** How a broadcaster reaches the channel on this machine: by the template's input, and what OBS is told of it. */

import { randomBytes } from "node:crypto";
import type { Channel } from "../medialive/channel.ts";
import type { ReceiveSrt } from "../medialive/ingest/srt-messages.ts";
import type { Template } from "../template.ts";

export interface ObsSettings {
  readonly server: string;
  /** Where a second encoder sends to; null when there is one pipeline. */
  readonly backupServer: string | null;
  /** Null for SRT, whose passphrase is in the server's address. */
  readonly streamKey: string | null;
}

interface Choices {
  readonly host: string;
  readonly srtPort?: number;
  readonly srtPassphrase?: string;
}

/** How SRT is taken; undefined where the template has no input for it. */
export function srtOf(template: Template, { host, srtPort, srtPassphrase }: Choices): ReceiveSrt | undefined {
  if (!template.holds("IsSrt")) return undefined;
  const settings = template.resource("SrtInput").properties.at("SrtSettings", "SrtListenerSettings");
  return {
    host,
    port: srtPort ?? 0,
    passphrase: srtPassphrase ?? randomBytes(16).toString("hex"),
    latencyMilliseconds: settings.at("MinimumLatency").number(),
  };
}

/** As the template's outputs say it. */
export function obsSettings(
  host: string,
  streamKey: string,
  srt: ReceiveSrt | undefined,
  channel?: Pick<Channel, "ingestPort" | "backupIngestPort" | "streamKey">,
): ObsSettings {
  const { ingestPort = 0, backupIngestPort = null } = channel ?? {};
  if (srt) {
    const server = `srt://${host}:${ingestPort}?passphrase=${srt.passphrase}&pbkeylen=32`;
    return { server, backupServer: null, streamKey: null };
  }
  const server = (port: number) => `rtmp://${host}:${port}/live`;
  return {
    server: server(ingestPort),
    backupServer: backupIngestPort === null ? null : server(backupIngestPort),
    // The studio changes it.
    streamKey: channel?.streamKey ?? streamKey,
  };
}

/** The subject of a sentence about a publisher; SRT's library doesn't tell its address. */
export function publisherAt(address: string | null): string {
  return address === null ? "publisher" : `publisher at ${address}`;
}
