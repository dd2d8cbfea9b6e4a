/** Puts a channel on the air for a test, in a folder of its own and with template.yaml's settings. */

import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Channel, OnAir } from "../../../local/medialive/channel.ts";
import {
  openStream,
  readStreamSettings,
  type Stream,
  type StreamOptions,
} from "../../../local/shoal/stream.ts";
import { readTemplate } from "../../../local/template.ts";

const STREAM_KEY = "test-stream-key";

const mediaFolders: string[] = [];

/** Removes what the channels of a test file wrote. */
export async function removeMediaFolders(): Promise<void> {
  await Promise.all(mediaFolders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}

export async function makeMediaFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "shoal-media-"));
  mediaFolders.push(folder);
  return folder;
}

/**
 * Segments of a second, so that tests needn't wait for two; and only the small rendition, to leave room on two cores.
 */
export async function channelOptions(changes: Partial<StreamOptions> = {}): Promise<StreamOptions> {
  const template = await readTemplate();
  const { encoder, packaging } = readStreamSettings(template, { renditions: ["360p"] });
  return {
    encoder,
    packaging: { ...packaging, segmentSeconds: 1 },
    mediaFolder: await makeMediaFolder(),
    rtmp: { host: "127.0.0.1", port: 0 },
    streamKey: STREAM_KEY,
    testCard: true,
    ...changes,
  };
}

export class ChannelUnderTest {
  readonly channel: Channel;
  /** The folder that viewers are served from. */
  readonly folder: string;
  /** The reason of each restart of the encoder. */
  readonly restarts: string[] = [];

  readonly #stream: Stream;

  private constructor(stream: Stream, options: StreamOptions) {
    const { channel } = stream;
    this.#stream = stream;
    this.channel = channel;
    this.folder = join(options.mediaFolder, options.packaging.path);
    channel.on("encoderRestarted", ({ reason }) => this.restarts.push(reason));
  }

  static async start(options: StreamOptions): Promise<ChannelUnderTest> {
    const stream = await openStream(options);
    void stream.channel.start();
    return new ChannelUnderTest(stream, options);
  }

  url(key = STREAM_KEY): string {
    return `rtmp://127.0.0.1:${this.channel.ingestPort}/live/${key}`;
  }

  /** Waits until this is on the air. */
  async onAir(source: OnAir["source"]): Promise<OnAir> {
    while (this.channel.onAir.source !== source) await once(this.channel, "onAir");
    return this.channel.onAir;
  }

  async end(): Promise<void> {
    await this.#stream.close();
  }
}

/** Calls `look` until the result is as wanted. When time is up, returns the last result for the test to judge. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  isWanted: (sight: T) => boolean,
  patienceSeconds = 15,
): Promise<T> {
  const end = Date.now() + patienceSeconds * 1000;
  for (;;) {
    const sight = await look();
    if (isWanted(sight) || Date.now() > end) return sight;
    await sleep(200);
  }
}
