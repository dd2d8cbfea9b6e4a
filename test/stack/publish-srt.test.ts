import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ChannelUnderTest, channelOptions, eventually, removeMediaFolders } from "./publishing/on-air.ts";
import { type Publication, Publisher } from "./publishing/publication.ts";
import { impressionOf } from "./publishing/viewing.ts";

const PURPLE = [120, 170, 150] as const;
const VIDEO = { codec: "h264", width: 640, height: 360, colour: PURPLE } as const;
const SRT = { host: "127.0.0.1", port: 0, passphrase: "a passphrase of letters", latencyMilliseconds: 120 };

let onAir: ChannelUnderTest;
const publishers: Publisher[] = [];

beforeAll(async () => {
  onAir = await ChannelUnderTest.start(await channelOptions({ srt: SRT }));
  await onAir.onAir("test card");
});
afterEach(async () => {
  await Promise.all(publishers.splice(0).map((publisher) => publisher.kill()));
  await onAir.onAir("test card");
});
afterAll(async () => {
  await onAir.end();
  await removeMediaFolders();
});

const publish = (
  passphrase: string,
  publication: Omit<Publication, "url"> = { video: VIDEO, audio: { codec: "aac" } },
) => {
  const query = passphrase && `?passphrase=${encodeURIComponent(passphrase)}&pbkeylen=32`;
  const url = `srt://127.0.0.1:${onAir.channel.ingestPort}${query}`;
  const publisher = new Publisher({ ...publication, url });
  publishers.push(publisher);
  return publisher;
};
const near = (colour: readonly number[]) =>
  colour.every((value, plane) => Math.abs(value - (PURPLE[plane] ?? 0)) < 6);

test("only who knows the passphrase gets in, and is seen and heard by viewers", async () => {
  for (const ended of await Promise.all(["another passphrase", ""].map((wrong) => publish(wrong).ended())))
    expect(ended).toContain("FFmpegError");
  expect(onAir.channel.onAir.source).toBe("test card");
  publish(SRT.passphrase);
  await onAir.onAir("publisher");
  const seen = await eventually(
    () => impressionOf(onAir.folder, "360p"),
    ({ colour, loudness }) => near(colour) && loudness > 0.2,
  );
  expect(seen.colour.map(Math.round)).toSatisfy(near);
  expect(seen.loudness).toBeGreaterThan(0.2);
  expect(onAir.channel.onAir).toMatchObject({
    address: null,
    video: { codec: "H.264", width: 640, height: 360 },
    audio: { codec: "AAC", sampleRate: 44_100, channels: 2 },
  });
  expect(onAir.channel.onAir.bitsPerSecond).toBeGreaterThan(10_000);
});

test("one beside a publisher is turned away, and one that is killed frees the channel within ten seconds", async () => {
  const publisher = publish(SRT.passphrase);
  await onAir.onAir("publisher");
  expect(await publish(SRT.passphrase).ended()).toContain("FFmpegError");
  expect(onAir.channel.onAir.source).toBe("publisher");
  const left = once(onAir.channel, "publisherLeft");
  const killedAt = Date.now();
  await publisher.kill();
  expect((await left)[0]).toEqual({ address: null, reason: "its connection ended" });
  expect(Date.now() - killedAt).toBeLessThan(10_000);
});

test("HEVC is refused by its name", async () => {
  const refused = once(onAir.channel, "publisherRefused");
  publish(SRT.passphrase, { video: { ...VIDEO, codec: "hevc" } });
  expect((await refused)[0].reason).toBe("it sends HEVC video, and only H.264 is taken");
});
