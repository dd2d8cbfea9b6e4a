/** Where the publisher sends to: the addresses of MediaLive's input. The last part of RTMP's is the stream key. */

import {
  ConflictException,
  DescribeInputCommand,
  type MediaLiveClient,
  UpdateInputCommand,
} from "@aws-sdk/client-medialive";

/** As OBS asks for it. */
export interface Ingest {
  /** One for each pipeline. */
  readonly servers: readonly string[];
  /** Null for SRT, which has a passphrase. MediaLive doesn't tell it. */
  readonly streamKey: string | null;
}

/**
 * Splits addresses such as `rtmp://192.0.2.1:1935/live/KEY`, and takes `srt://192.0.2.1:5050` as it is. Throws when there
 * is none, or one is no such address.
 */
export function ingestOf(addresses: readonly string[]): Ingest {
  if (addresses.length > 0 && addresses.every((address) => /^srt:\/\/[^/]+$/.test(address)))
    return { servers: addresses, streamKey: null };
  const parts = addresses.map((address) => /^(rtmp:\/\/[^/]+\/[^/]+)\/([^/]+)$/.exec(address) ?? []);
  const [[, , streamKey] = []] = parts;
  if (streamKey === undefined || parts.some(([, server]) => server === undefined))
    throw new Error(`MediaLive's input has ${addresses.length} addresses, and not all are RTMP's or SRT's.`);
  return { servers: parts.map(([, server]) => String(server)), streamKey };
}

export function readIngest(client: MediaLiveClient): (inputId: string) => Promise<Ingest> {
  return async (InputId) => {
    const { Destinations = [] } = await client.send(new DescribeInputCommand({ InputId }));
    return ingestOf(Destinations.flatMap(({ Url }) => Url ?? []));
  };
}

/** Resolves to false while MediaLive refuses: the input's channel isn't idle. The addresses stay but for the key. */
export function writeStreamKey(
  client: MediaLiveClient,
): (inputId: string, ingest: Ingest, key: string) => Promise<boolean> {
  return async (InputId, { servers }, key) => {
    const Destinations = servers.map((server) => ({
      StreamName: `${server.slice(server.lastIndexOf("/") + 1)}/${key}`,
    }));
    try {
      await client.send(new UpdateInputCommand({ InputId, Destinations }));
      return true;
    } catch (error) {
      if (error instanceof ConflictException) return false;
      throw error;
    }
  };
}
