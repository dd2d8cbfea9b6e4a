/** The rehearsal of a standard channel: two publishers, of which one dies. */

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { readStreamSettings } from "../../local/shoal/stream.ts";
import { readTemplate } from "../../local/template.ts";
import { ChannelUnderTest, channelOptions, eventually, removeMediaFolders } from "./publishing/on-air.ts";
import { Publisher } from "./publishing/publication.ts";
import { impressionOf, readPlaylist } from "./publishing/viewing.ts";

const PURPLE = [120, 170, 150] as const;

let onAir: ChannelUnderTest;
const publishers: Publisher[] = [];

beforeEach(async () => {
  const template = await readTemplate({ parameters: { ChannelClass: "STANDARD" } });
  const { secondPipeline } = readStreamSettings(template);
  onAir = await ChannelUnderTest.start(await channelOptions({ secondPipeline }));
});
afterEach(async () => {
  await Promise.all(publishers.splice(0).map((publisher) => publisher.kill()));
  await onAir.end();
});
afterAll(removeMediaFolders);

function publish(port: number | null): Publisher {
  const video = { codec: "h264", width: 640, height: 360, colour: PURPLE } as const;
  const url = `rtmp://127.0.0.1:${port}/live/test-stream-key`;
  const publisher = new Publisher({ url, video, audio: { codec: "aac" } });
  publishers.push(publisher);
  return publisher;
}

const segments = () => readPlaylist(onAir.folder, "360p");
const isPurple = ({ colour }: { colour: readonly number[] }) =>
  colour.every((value, plane) => Math.abs(value - (PURPLE[plane] ?? 0)) < 6);

/** What viewers see in each new segment, until there were so many. */
async function watch(count: number): Promise<boolean[]> {
  const seen: boolean[] = [];
  let last = (await segments()).at(-1)?.sequence ?? 0;
  while (seen.length < count) {
    await sleep(100);
    const newest = (await segments()).at(-1)?.sequence ?? 0;
    if (newest === last) continue;
    last = newest;
    seen.push(isPurple(await impressionOf(onAir.folder, "360p")));
  }
  return seen;
}

async function bothOnAir(): Promise<[Publisher, Publisher]> {
  const both = [publish(onAir.channel.ingestPort), publish(onAir.channel.backupIngestPort)] as const;
  await eventually(
    async () => (await segments()).length > 0 && isPurple(await impressionOf(onAir.folder, "360p")),
    Boolean,
    30,
  );
  await sleep(4000); // so that the second is on the air, too
  return [...both];
}

test.each([
  ["the first", 0],
  ["the second", 1],
] as const)(
  "when %s publisher dies the picture goes on, without a gap or a discontinuity",
  async (_, dying) => {
    const both = await bothOnAir();
    const before = (await segments()).at(-1);
    const watching = watch(8);
    await both[dying].kill();
    expect(await watching).toEqual(Array(8).fill(true));
    const after = (await segments()).filter(({ sequence }) => sequence > (before?.sequence ?? 0));
    for (const [index, { startSeconds, discontinuities }] of after.entries()) {
      expect(startSeconds).toBeCloseTo((before?.startSeconds ?? 0) + index + 1, 2);
      expect(discontinuities).toBe(before?.discontinuities);
    }
  },
);

test("when the first pipeline itself dies the picture goes on", async () => {
  await bothOnAir();
  const watching = watch(8);
  process.kill(onAir.channel.encoderPid ?? 0, "SIGKILL");
  expect(await watching).toEqual(Array(8).fill(true));
});

test("a publisher that comes back takes its pipeline again, and the other may then die", async () => {
  const [first, second] = await bothOnAir();
  await first.kill();
  expect(await watch(3)).toEqual(Array(3).fill(true));
  publish(onAir.channel.ingestPort);
  await sleep(4000);
  const watching = watch(6);
  await second.kill();
  expect(await watching).toEqual(Array(6).fill(true));
});
