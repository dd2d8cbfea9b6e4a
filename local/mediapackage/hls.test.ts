import { expect, test } from "vitest";
import { readStreamSettings, streamFormat } from "../shoal/stream.ts";
import { readTemplate } from "../template.ts";
import { masterPlaylist, mediaPlaylist } from "./hls.ts";
import { addSegment, emptyWindow, type LiveWindow } from "./live-window.ts";

const START = Date.UTC(2026, 10, 20, 12) / 1000;
const add = (window: LiveWindow, startSeconds: number, initFile = "video_init.mp4") =>
  addSegment(window, {
    video: { startSeconds, durationSeconds: 2, file: `video_${startSeconds - START}.mp4`, initFile },
    audio: {
      startSeconds: startSeconds + 0.016,
      durationSeconds: 2,
      file: `audio_${startSeconds - START}.mp4`,
      initFile: "audio_init.mp4",
    },
  });
const windowOf = (...offsets: number[]) =>
  offsets.reduce((window, offset) => add(window, START + offset), emptyWindow(START));

test("a media playlist states numbers, times and files of its rendition", () => {
  expect(mediaPlaylist("audio", windowOf(0, 2).segments, 30)).toBe(
    [
      "#EXTM3U",
      "#EXT-X-VERSION:7",
      "#EXT-X-INDEPENDENT-SEGMENTS",
      "#EXT-X-TARGETDURATION:2",
      `#EXT-X-MEDIA-SEQUENCE:${START}`,
      "#EXT-X-DISCONTINUITY-SEQUENCE:0",
      '#EXT-X-MAP:URI="audio_init.mp4"',
      "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T12:00:00.016Z",
      "#EXTINF:2.00000,",
      "audio_0.mp4",
      "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T12:00:02.016Z",
      "#EXTINF:2.00000,",
      "audio_2.mp4",
      "",
    ].join("\n"),
  );
});

test("only the window's newest segments are listed, under their own number", () => {
  const playlist = mediaPlaylist("video", windowOf(0, 2, 4, 6, 8).segments, 6);
  expect(playlist).toContain(`#EXT-X-MEDIA-SEQUENCE:${START + 2}\n`);
  expect(playlist.match(/video_\d\.mp4/g)).toEqual(["video_4.mp4", "video_6.mp4", "video_8.mp4"]);
});

test("a hole in time is marked before the segment that follows it", () => {
  const playlist = mediaPlaylist("video", windowOf(0, 2, 60).segments, 30);
  expect(playlist.match(/#EXT-X-DISCONTINUITY$|video_\d+\.mp4/gm)).toEqual([
    "video_0.mp4",
    "video_2.mp4",
    "#EXT-X-DISCONTINUITY",
    "video_60.mp4",
  ]);
});

test("a discontinuity is counted once the segment behind it has left, not while it is listed", () => {
  const { segments } = windowOf(0, 60, 62, 64);
  const sequenceIn = (seconds: number) =>
    /DISCONTINUITY-SEQUENCE:(\d+)/.exec(mediaPlaylist("video", segments, seconds))?.[1];
  expect(sequenceIn(8)).toBe("0");
  expect(sequenceIn(6)).toBe("0");
  expect(sequenceIn(4)).toBe("1");
});

test("another coding gets its own map", () => {
  const { segments } = add(windowOf(0), START + 2, "other_init.mp4");
  expect(mediaPlaylist("video", segments, 30).match(/URI=".*"/g)).toEqual([
    'URI="video_init.mp4"',
    'URI="other_init.mp4"',
  ]);
});

test("renditions list the same numbers", () => {
  const { segments } = windowOf(0, 2, 4);
  const numbers = ["video", "audio"].map(
    (rendition) => /MEDIA-SEQUENCE:(\d+)/.exec(mediaPlaylist(rendition, segments, 4))?.[1],
  );
  expect(numbers[0]).toBe(numbers[1]);
});

test("the master playlist describes template.yaml's ladder", async () => {
  const template = await readTemplate();
  const format = streamFormat(readStreamSettings(template));
  const codecs = new Map([
    ["720p", "avc1.64001f"],
    ["360p", "avc1.4d401e"],
  ]);
  expect(masterPlaylist(format, codecs, (rendition) => `index_${rendition}.m3u8`)).toBe(
    [
      "#EXTM3U",
      "#EXT-X-VERSION:7",
      "#EXT-X-INDEPENDENT-SEGMENTS",
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="index_audio.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=3440800,AVERAGE-BANDWIDTH=3128000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=30.000,AUDIO="audio"',
      "index_720p.m3u8",
      '#EXT-X-STREAM-INF:BANDWIDTH=1020800,AVERAGE-BANDWIDTH=928000,CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=30.000,AUDIO="audio"',
      "index_360p.m3u8",
      "",
    ].join("\n"),
  );
});

test("before the first segment a media playlist lists nothing", () => {
  const playlist = mediaPlaylist("video", [], 30).split("\n");
  expect(playlist).toContain("#EXT-X-MEDIA-SEQUENCE:0");
  expect(playlist).toContain("#EXT-X-DISCONTINUITY-SEQUENCE:0");
  expect(playlist.filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
});
