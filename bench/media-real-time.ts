/** Measures whether the whole ladder holds real time with a publisher on the air and two viewers on the same machine. */

import { readdir, readFile, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEncoderSettings } from "../local/medialive/encoder-settings.ts";
import { findBox } from "../local/mediapackage/boxes.ts";
import type { Shoal } from "../local/shoal.ts";
import { readTemplate } from "../local/template.ts";
import { startBrowser } from "../test/browser/chromium.ts";
import { startStack, streamKey } from "../test/browser/stack.ts";
import { Viewer } from "../test/browser/viewer.ts";
import { Publisher } from "../test/stack/publishing/publication.ts";
import { readPlaylist } from "../test/stack/publishing/viewing.ts";
import { atMost, type Measure, percentile } from "./measurement.ts";

const START_UP_SECONDS = 20;
const MEASURED_SECONDS = 60;

export const measure: Measure = async () => {
  const template = await readTemplate();
  const { video, frameRate } = parseEncoderSettings(template.resource("LiveChannel").properties);
  const shoal = await startStack({ renditions: video.map(({ name }) => name) });
  const publisher = new Publisher({
    url: `rtmp://127.0.0.1:${shoal.ingestPort}/live/${streamKey}`,
    video: { codec: "h264", width: 1280, height: 720, colour: [120, 170, 150] },
    audio: { codec: "aac" },
    beats: true,
  });
  const browser = await startBrowser();
  const viewers = await Promise.all([1, 2].map(() => Viewer.open(browser, shoal.url)));
  await Promise.all(viewers.map((viewer) => viewer.unfoldPanel()));
  await sleep(START_UP_SECONDS * 1000);
  const stallsBefore = await stallsOf(viewers);
  await sleep(MEASURED_SECONDS * 1000);
  const stalls = (await stallsOf(viewers)) - stallsBefore;
  const names = video.map(({ name }) => name);
  const made = (await Promise.all(names.map((name) => segmentsOf(shoal, name)))).flat();
  await Promise.all(viewers.map((viewer) => viewer.close()));
  await browser.close();
  await publisher.kill();
  await shoal.stop();

  const framesPerSecond = frameRate.numerator / frameRate.denominator;
  const due = made.reduce((sum, { seconds }) => sum + seconds * framesPerSecond, 0);
  const encoded = made.reduce((sum, { frames }) => sum + frames, 0);
  const lateness = made.map(({ lateSeconds }) => lateSeconds);
  const inSeconds = (value: number) => `${value.toFixed(2)} s`;
  return {
    title: "The ladder in real time, with two viewers beside it",
    method: `template.yaml's ladder (${names.join(" and ")}) from a publisher of 720p at 30 frames a second, which is encoded on the same ${availableParallelism()} cores, as are two viewers in headless Chromium on the player's page. The last ${made.length / names.length} segments after ${START_UP_SECONDS + MEASURED_SECONDS} s. How late a segment is: from its end to its file's last write.`,
    figures: [
      atMost("frames left out", ((due - encoded) / due) * 100, 1, (share) => `${share.toFixed(2)} %`),
      atMost("a segment is late, median", percentile(lateness, 0.5), 0.5, inSeconds),
      atMost("a segment is late, 95 of 100", percentile(lateness, 0.95), 1, inSeconds),
      atMost("viewers' stalls", stalls, 0, String),
    ],
  };
};

async function stallsOf(viewers: readonly Viewer[]): Promise<number> {
  const panels = await Promise.all(viewers.map((viewer) => viewer.stats()));
  return panels.reduce((sum, { stalls }) => sum + stalls, 0);
}

async function segmentsOf(shoal: Shoal, rendition: string) {
  const [playlist] = (await readdir(shoal.mediaFolder, { recursive: true })).filter((file) =>
    file.endsWith("index.m3u8"),
  );
  const folder = join(shoal.mediaFolder, playlist ?? "", "..");
  return Promise.all(
    (await readPlaylist(folder, rendition)).map(async ({ file, startSeconds, durationSeconds }) => {
      const bytes = await readFile(join(folder, file));
      const { mtimeMs } = await stat(join(folder, file));
      const samples = findBox(bytes, "moof", "traf", "trun");
      return {
        seconds: durationSeconds,
        // After version and flags, trun counts its samples (ISO/IEC 14496-12, 8.8.8).
        frames: Buffer.from(samples ?? []).readUInt32BE(4),
        lateSeconds: mtimeMs / 1000 - startSeconds - durationSeconds,
      };
    }),
  );
}
