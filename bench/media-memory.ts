/** Measures whether the channel's memory and disk stay flat: ten minutes with a short window, while publishers come and go. */

import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Channel } from "../local/medialive/channel.ts";
import { openStream, readStreamSettings } from "../local/shoal/stream.ts";
import { readTemplate } from "../local/template.ts";
import { Publisher } from "../test/stack/publishing/publication.ts";
import { atMost, type Measure } from "./measurement.ts";

const MINUTES = 10;
const WINDOW_SECONDS = 10;
/** Buffers fill, and V8 and FFmpeg take what they will keep. */
const WARM_UP_MINUTES = 2;
const SAMPLE_SECONDS = 5;
/** A publisher is on the air for as long, then the test card, in turn. */
const TURN_SECONDS = 30;
const STREAM_KEY = "measured";

interface Sample {
  readonly encoder: number;
  readonly channel: number;
  readonly disk: number;
  readonly files: number;
}

export const measure: Measure = async () => {
  const mediaFolder = await mkdtemp(join(tmpdir(), "shoal-media-"));
  const template = await readTemplate();
  const stream = await openStream({
    ...readStreamSettings(template, { windowSeconds: WINDOW_SECONDS }),
    mediaFolder,
    rtmp: { host: "127.0.0.1", port: 0 },
    streamKey: STREAM_KEY,
    testCard: true,
  });
  const { channel } = stream;
  let restarts = 0;
  channel.on("encoderRestarted", () => {
    restarts += 1;
  });
  await channel.start();
  const publishing = new AbortController();
  const turns = publishInTurns(channel, publishing.signal);
  const samples: Sample[] = [];
  for (let second = 0; second < MINUTES * 60; second += SAMPLE_SECONDS) {
    await sleep(SAMPLE_SECONDS * 1000);
    if (second >= WARM_UP_MINUTES * 60) samples.push(await sample(channel, mediaFolder));
  }
  publishing.abort();
  const publishers = await turns;
  await stream.close();
  await rm(mediaFolder, { recursive: true });
  return {
    title: "Memory and disk of the channel",
    method: `${MINUTES} minutes of template.yaml's ladder with a window of ${WINDOW_SECONDS} s, ${publishers} publishers of 1080p coming and going with the test card between them. Means of the first and the last third of the time after ${WARM_UP_MINUTES} minutes; memory is the resident set.`,
    figures: [
      ...growth("encoder's memory", samples, ({ encoder }) => encoder),
      ...growth("ingest's and packager's memory", samples, ({ channel }) => channel),
      ...growth("media folder", samples, ({ disk }) => disk),
      // Three tracks of the listed window, as long again for stragglers, one more, init segments and manifests.
      atMost("files at most", Math.max(...samples.map(({ files }) => files)), 3 * 12 + 10, String),
      atMost("encoders that had to be replaced", restarts, 0, String),
    ],
  };
};

/** Gives the number of publishers that it started, once it is told to end. */
async function publishInTurns(channel: Channel, end: AbortSignal): Promise<number> {
  const url = `rtmp://127.0.0.1:${channel.ingestPort}/live/${STREAM_KEY}`;
  const over = once(end, "abort");
  let started = 0;
  while (!end.aborted) {
    await Promise.race([sleep(TURN_SECONDS * 1000), over]);
    if (end.aborted) break;
    started += 1;
    const publisher = new Publisher({
      url,
      video: { codec: "h264", width: 1920, height: 1080, colour: [120, 170, 150] },
      audio: { codec: "aac" },
    });
    await Promise.race([sleep(TURN_SECONDS * 1000), over]);
    await publisher.kill();
  }
  return started;
}

async function sample(channel: Channel, mediaFolder: string): Promise<Sample> {
  const { disk, files } = await sizeOf(mediaFolder);
  return {
    encoder: await residentBytes(channel.encoderPid ?? 0),
    channel: process.memoryUsage.rss(),
    disk,
    files,
  };
}

async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number.parseInt(stdout, 10) * 1024;
}

async function sizeOf(folder: string): Promise<{ disk: number; files: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      // A segment may be deleted, or a playlist replaced, between the listing and the look.
      .map((entry) => stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))),
  );
  return { disk: sizes.reduce((sum, { size }) => sum + size, 0), files: sizes.length };
}

function growth(what: string, samples: readonly Sample[], of: (sample: Sample) => number) {
  const third = Math.floor(samples.length / 3);
  const mean = (part: readonly Sample[]) => part.reduce((sum, each) => sum + of(each), 0) / part.length;
  const first = mean(samples.slice(0, third));
  const last = mean(samples.slice(-third));
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    { what: `${what}, first third`, value: megabytes(first) },
    atMost(`${what}, last third to first`, last / first, 1.1, (ratio) => ratio.toFixed(2)),
  ];
}
