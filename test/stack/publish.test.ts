import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ChannelUnderTest, channelOptions, eventually, removeMediaFolders } from "./publishing/on-air.ts";
import { type Publication, Publisher } from "./publishing/publication.ts";
import { beatsOf, type Impression, impressionOf, readPlaylist } from "./publishing/viewing.ts";

const PURPLE = [120, 170, 150] as const;
const VIDEO = { codec: "h264", width: 640, height: 360, colour: PURPLE } as const;
const AUDIO = { codec: "aac" } as const;

/** The real port: what OBS is told. */
const RTMP_PORT = 1935;

let onAir: ChannelUnderTest;
const publishers: Publisher[] = [];

beforeAll(async () => {
  onAir = await ChannelUnderTest.start(
    await channelOptions({ rtmp: { host: "127.0.0.1", port: RTMP_PORT } }),
  );
});
afterEach(async () => {
  await Promise.all(publishers.splice(0).map((publisher) => publisher.kill()));
  await onAir.onAir("test card");
});
afterAll(async () => {
  await onAir.end();
  await removeMediaFolders();
});

const publish = (publication: Omit<Publication, "url">, key?: string): Publisher => {
  const publisher = new Publisher({ ...publication, url: onAir.url(key) });
  publishers.push(publisher);
  return publisher;
};
const viewed = (isWanted: (impression: Impression) => boolean) =>
  eventually(async () => {
    const isListed = (await readPlaylist(onAir.folder, "audio")).length > 0;
    return isListed ? impressionOf(onAir.folder, "360p") : { colour: [0, 0, 0] as const, loudness: 0 };
  }, isWanted);
const near = (colour: readonly number[], wanted: readonly number[]) =>
  colour.every((value, plane) => Math.abs(value - (wanted[plane] ?? 0)) < 6);
/** The test card's water: dark, bluish, greenish; fish make it vary. */
const isTestCard = ({ colour: [luma, blue, red] }: Impression) => luma < 90 && blue > 132 && red < 122;

test("while nobody publishes, viewers see the test card and hear its tone", async () => {
  const seen = await viewed(isTestCard);
  expect(isTestCard(seen)).toBe(true);
  expect(seen.loudness).toBeGreaterThan(0.005);
});

test("a publisher with a wrong key is told so, and the terminal can say who and why", async () => {
  const refused = once(onAir.channel, "publisherRefused");
  const publisher = publish({ video: VIDEO, audio: AUDIO }, "wrong-key");
  expect((await refused)[0]).toEqual({
    address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    reason: "its stream key is wrong",
  });
  expect(await publisher.ended()).toContain("FFmpegError");
  expect(onAir.channel.onAir.source).toBe("test card");
});

test("a publisher with the right key is seen and heard by viewers", async () => {
  publish({ video: VIDEO, audio: AUDIO });
  const state = await onAir.onAir("publisher");
  expect(state.address).toMatch(/^127\.0\.0\.1:/);
  const seen = await viewed((impression) => near(impression.colour, PURPLE) && impression.loudness > 0.2);
  expect(seen.colour.map(Math.round)).toSatisfy((colour: number[]) => near(colour, PURPLE));
  expect(seen.loudness).toBeGreaterThan(0.2);
  expect(onAir.channel.onAir).toMatchObject({
    video: { codec: "H.264", width: 640, height: 360 },
    audio: { codec: "AAC", sampleRate: 44_100, channels: 2 },
  });
});

test("a second publisher is refused while the first stays on the air", async () => {
  publish({ video: VIDEO });
  const { address } = await onAir.onAir("publisher");
  const refused = once(onAir.channel, "publisherRefused");
  const second = publish({ video: VIDEO });
  expect((await refused)[0].reason).toBe(`${address} is already on the air`);
  expect(await second.ended()).toContain("FFmpegError");
  expect(onAir.channel.onAir.address).toBe(address);
});

test("a publisher that is killed frees its key, and viewers see the test card again", async () => {
  const publisher = publish({ video: VIDEO, audio: AUDIO });
  await onAir.onAir("publisher");
  const left = once(onAir.channel, "publisherLeft");
  await publisher.kill();
  await left;
  await onAir.onAir("test card");
  expect(isTestCard(await viewed(isTestCard))).toBe(true);
  publish({ video: VIDEO, audio: AUDIO });
  expect((await onAir.onAir("publisher")).source).toBe("publisher");
});

test("a publisher that goes silent without hanging up frees its key within ten seconds", async () => {
  const publisher = publish({ video: VIDEO, audio: AUDIO });
  await onAir.onAir("publisher");
  const left = once(onAir.channel, "publisherLeft");
  publisher.freeze();
  const frozenAt = Date.now();
  expect((await left)[0].reason).toBe("it sent nothing for 8 s");
  expect(Date.now() - frozenAt).toBeLessThan(10_000);
});

test("HEVC is refused by its name", async () => {
  const refused = once(onAir.channel, "publisherRefused");
  publish({ video: { ...VIDEO, codec: "hevc" }, audio: AUDIO });
  expect((await refused)[0].reason).toBe("it sends HEVC video, and only H.264 is taken");
});

test("MP3 is refused by its name", async () => {
  const refused = once(onAir.channel, "publisherRefused");
  publish({ video: VIDEO, audio: { codec: "mp3" } });
  expect((await refused)[0].reason).toBe("it sends MP3 audio, and only AAC is taken");
});

test("video without audio goes out in silence", async () => {
  publish({ video: VIDEO });
  await onAir.onAir("publisher");
  const seen = await viewed((impression) => near(impression.colour, PURPLE) && impression.loudness < 0.001);
  expect(near(seen.colour, PURPLE)).toBe(true);
  expect(seen.loudness).toBeLessThan(0.001);
});

test("audio without video goes out with black video", async () => {
  publish({ audio: AUDIO });
  await onAir.onAir("publisher");
  const seen = await viewed(
    (impression) => near(impression.colour, [16, 128, 128]) && impression.loudness > 0.2,
  );
  expect(near(seen.colour, [16, 128, 128])).toBe(true);
  expect(seen.loudness).toBeGreaterThan(0.2);
});

test("video of another shape is shown whole, with black bars", async () => {
  publish({ video: { ...VIDEO, width: 360, height: 640 } });
  await onAir.onAir("publisher");
  // The upper quarter is black but for a band of 202 of 640 columns.
  const part = 202 / 640;
  const wanted = PURPLE.map((value, plane) => value * part + (plane === 0 ? 16 : 128) * (1 - part));
  const seen = await viewed((impression) => near(impression.colour, wanted));
  expect(near(seen.colour, wanted)).toBe(true);
});

test("a publisher's video and audio stay in sync to within 50 ms", async () => {
  publish({ video: VIDEO, audio: AUDIO, beats: true });
  await onAir.onAir("publisher");
  await sleep(4000);
  const { light, loud } = await beatsOf(onAir.folder, "360p", 2);
  expect(light.length).toBeGreaterThan(0);
  expect(loud.length).toBeGreaterThan(0);
  for (const seen of light) {
    // Once a second, so an onset that lies before the first or after the last segment counts as the adjacent one.
    const apart = loud.map((heard) => Math.abs(heard - seen - Math.round(heard - seen)));
    expect(Math.max(...apart)).toBeLessThan(0.05);
  }
});

test("all of this came on one timeline: numbers rise by one, times touch, and nothing was discontinuous", async () => {
  expect(onAir.restarts).toEqual([]);
  for (const rendition of ["360p", "audio"]) {
    const segments = await readPlaylist(onAir.folder, rendition);
    expect(segments.length).toBeGreaterThan(15);
    segments.slice(1).forEach((segment, index) => {
      const before = segments[index];
      expect(segment.sequence).toBe((before?.sequence ?? 0) + 1);
      expect(segment.startSeconds).toBeCloseTo(
        (before?.startSeconds ?? 0) + (before?.durationSeconds ?? 0),
        2,
      );
      expect(segment.discontinuities).toBe(0);
    });
  }
});
