import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, expect, test } from "vitest";
import { findBox } from "../../local/mediapackage/boxes.ts";
import {
  ChannelUnderTest,
  channelOptions,
  eventually,
  makeMediaFolder,
  removeMediaFolders,
} from "./publishing/on-air.ts";
import { Publisher } from "./publishing/publication.ts";
import { type ListedSegment, readPlaylist } from "./publishing/viewing.ts";

const VIDEO = { codec: "h264", width: 640, height: 360, colour: [120, 170, 150] } as const;

const running: { end(): Promise<void> }[] = [];
afterAll(removeMediaFolders);
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.end();
});

const start = async (...changes: Parameters<typeof channelOptions>): Promise<ChannelUnderTest> => {
  const onAir = await ChannelUnderTest.start(await channelOptions(...changes));
  running.push(onAir);
  return onAir;
};
const publish = (onAir: ChannelUnderTest): Publisher => {
  const publisher = new Publisher({ url: onAir.url(), video: VIDEO, audio: { codec: "aac" } });
  running.push({ end: () => publisher.kill() });
  return publisher;
};
const listed = (onAir: ChannelUnderTest, count: number, rendition = "360p") =>
  eventually(
    () => readPlaylist(onAir.folder, rendition),
    (segments) => segments.length >= count,
    20,
  );
const numbersOf = (segments: readonly ListedSegment[]) => segments.map(({ sequence }) => sequence);
const decodeTimeOf = async (onAir: ChannelUnderTest, { file }: ListedSegment, timescale: number) => {
  const tfdt = findBox(await readFile(join(onAir.folder, file)), "moof", "traf", "tfdt");
  return Number(Buffer.from(tfdt ?? []).readBigUInt64BE(4)) / timescale;
};

test("a segment starts at its program date-time, in video and audio", async () => {
  const onAir = await start();
  await listed(onAir, 3);
  for (const [rendition, timescale] of [
    ["360p", 30_000],
    ["audio", 48_000],
  ] as const) {
    for (const segment of await readPlaylist(onAir.folder, rendition)) {
      expect(await decodeTimeOf(onAir, segment, timescale)).toBeCloseTo(segment.startSeconds, 2);
    }
  }
});

test("video and audio of a segment have the same number and start within one audio frame", async () => {
  const onAir = await start();
  await listed(onAir, 4);
  const [video, audio] = [
    await readPlaylist(onAir.folder, "360p"),
    await readPlaylist(onAir.folder, "audio"),
  ];
  for (const segment of video) {
    const part = audio.find(({ sequence }) => sequence === segment.sequence);
    expect(Math.abs((part?.startSeconds ?? 0) - segment.startSeconds)).toBeLessThan(0.022);
  }
});

test("a segment is listed within a second after its end", async () => {
  const onAir = await start();
  await listed(onAir, 2);
  const known = (await readPlaylist(onAir.folder, "360p")).length;
  const newest = (await listed(onAir, known + 1)).at(-1);
  const end = (newest?.startSeconds ?? 0) + (newest?.durationSeconds ?? 0);
  expect(Date.now() / 1000 - end).toBeLessThan(1);
});

test("an encoder that dies is replaced, and its segment is made again without a break", async () => {
  const onAir = await start();
  await listed(onAir, 2);
  const restarted = once(onAir.channel, "encoderRestarted");
  process.kill(onAir.channel.encoderPid ?? 0, "SIGKILL");
  expect((await restarted)[0].reason).toBe("killed by SIGKILL");
  const segments = await listed(onAir, 6);
  segments.slice(1).forEach((segment, index) => {
    expect(segment.startSeconds).toBeCloseTo((segments[index]?.startSeconds ?? 0) + 1, 2);
    expect(segment.discontinuities).toBe(0);
  });
});

test("a publisher stays on the air when the encoder dies", async () => {
  const onAir = await start();
  publish(onAir);
  const { address } = await onAir.onAir("publisher");
  process.kill(onAir.channel.encoderPid ?? 0, "SIGKILL");
  await once(onAir.channel, "encoderRestarted");
  await sleep(1000);
  expect(await onAir.onAir("publisher")).toMatchObject({ address, video: { width: 640, height: 360 } });
});

test("without test card and publisher nothing is made; each publisher starts after a discontinuity", async () => {
  const onAir = await start({ testCard: false });
  await sleep(2500);
  expect(await readdir(onAir.folder)).toEqual([]);

  const first = publish(onAir);
  await listed(onAir, 2);
  await first.kill();
  await onAir.onAir("nothing");
  await sleep(2500);
  const before = await readPlaylist(onAir.folder, "360p");
  await sleep(1500);
  expect(await readPlaylist(onAir.folder, "360p")).toEqual(before);

  publish(onAir);
  const after = await listed(onAir, before.length + 1);
  expect(numbersOf(after)).toEqual(after.map((_, index) => (before[0]?.sequence ?? 0) + index));
  expect(after.at(-1)?.discontinuities).toBe(1);
  expect(before.at(-1)?.discontinuities).toBe(0);
  expect(onAir.restarts).toEqual([]);
});

test("a channel that is started again in its folder goes on with its numbers, after a discontinuity", async () => {
  const options = await channelOptions();
  const first = await ChannelUnderTest.start(options);
  const before = await listed(first, 2);
  await first.end();
  const again = await ChannelUnderTest.start(options);
  running.push(again);
  const after = await listed(again, before.length + 2);
  expect(numbersOf(after)).toEqual(after.map((_, index) => (after[0]?.sequence ?? 0) + index));
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.at(-1)?.discontinuities).toBe(1);
});

test("segments that left the window are deleted, once those who just read the playlist had their time", async () => {
  const { packaging, ...options } = await channelOptions();
  const short = {
    ...packaging,
    hls: { ...packaging.hls, windowSeconds: 2 },
    dash: { ...packaging.dash, windowSeconds: 2 },
  };
  const onAir = await start({ ...options, packaging: short });
  const [first] = await listed(onAir, 1);
  const newest = await eventually(
    async () => (await readPlaylist(onAir.folder, "360p")).at(-1)?.sequence ?? 0,
    (sequence) => sequence >= (first?.sequence ?? 0) + 7,
  );
  expect(await readPlaylist(onAir.folder, "360p")).toHaveLength(2);
  const kept = (await readdir(onAir.folder)).filter((file) => /_360p_\d+\.mp4$/.test(file));
  expect(kept.length).toBeGreaterThanOrEqual(5);
  expect(kept.length).toBeLessThanOrEqual(6);
  expect(kept.some((file) => file.includes(String(newest)))).toBe(true);
});

test("a taken port ends the start with one sentence", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  running.push({ end: async () => void other.close() });
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await expect(start({ rtmp: { host: "127.0.0.1", port } })).rejects.toThrow(
    `RTMP can't listen on 127.0.0.1:${port}: another program has that port`,
  );
});

test("a media folder that can't be written ends the start with one sentence", async () => {
  const file = join(await makeMediaFolder(), "file");
  await writeFile(file, "");
  await chmod(file, 0o400);
  await expect(start({ mediaFolder: file })).rejects.toThrow(
    new RegExp(`^The media folder ${file} can't be written: `),
  );
});

test("a channel stops within a second, with a publisher on the air, and leaves no process", async () => {
  const onAir = await ChannelUnderTest.start(await channelOptions());
  publish(onAir);
  await onAir.onAir("publisher");
  const { encoderPid } = onAir.channel;
  const stoppedAt = Date.now();
  await onAir.end();
  expect(Date.now() - stoppedAt).toBeLessThan(1000);
  expect(() => process.kill(encoderPid ?? 0, 0)).toThrow("ESRCH");
});

test("an encoder doesn't outlive the program that started it", async () => {
  const options = await channelOptions();
  const program = `
    const { openStream } = await import(${JSON.stringify(new URL("../../local/shoal/stream.ts", import.meta.url).href)});
    const { channel } = await openStream(${JSON.stringify(options)});
    await channel.start();
    console.log(channel.encoderPid);
    process.kill(process.pid, "SIGKILL");`;
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  const isAlive = () => {
    try {
      return process.kill(Number(stdout), 0);
    } catch {
      return false;
    }
  };
  expect(Number(stdout)).toBeGreaterThan(0);
  expect(await eventually(isAlive, (alive) => !alive, 5)).toBe(false);
});
