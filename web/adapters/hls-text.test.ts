import { expect, test } from "vitest";
import { renditionsIn, sequencesIn } from "./hls-text.ts";

const ADDRESS = "https://live.example.com/out/index.m3u8?token=1";

const MULTIVARIANT = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English, stereo",LANGUAGE="en",CHANNELS="2",URI="audio.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="English",URI="words.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1020800,AVERAGE-BANDWIDTH=928000,CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=30.000,AUDIO="a"
360p.m3u8
`;

test("a variant has the traits that identify its swarm", () => {
  expect(renditionsIn(MULTIVARIANT, ADDRESS)[0]).toEqual({
    kind: "main",
    rendition: "https://live.example.com/out/360p.m3u8",
    traits: {
      bitrate: 1_020_800,
      codecs: "avc1.4d401e",
      width: 640,
      height: 360,
      frameRate: "30.000",
      videoRange: null,
    },
  });
});

test("separate audio is a rendition, with the codec of the variants that use it", () => {
  expect(renditionsIn(MULTIVARIANT, ADDRESS).slice(1)).toEqual([
    {
      kind: "secondary",
      rendition: "https://live.example.com/out/audio.m3u8",
      traits: { codecs: "mp4a.40.2", language: "en", channels: "2", name: "English, stereo" },
    },
  ]);
});

const MEDIA = `#EXTM3U
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:41
#EXT-X-MAP:URI="init.mp4"
#EXTINF:2.000,
segment_41.mp4
#EXT-X-DISCONTINUITY
#EXTINF:2.000,
segment_42.mp4
`;

test("media sequence numbers count from the playlist's first", () => {
  expect([...sequencesIn(MEDIA, ADDRESS)]).toEqual([
    ["https://live.example.com/out/segment_41.mp4", 41],
    ["https://live.example.com/out/segment_42.mp4", 42],
  ]);
});

test("a multivariant playlist lists no segments, and a media playlist no renditions", () => {
  expect(sequencesIn(MULTIVARIANT, ADDRESS).size).toBe(0);
  expect(renditionsIn(MEDIA, ADDRESS)).toEqual([]);
});

test("a variant's missing attributes are unknown", () => {
  expect(renditionsIn("#EXT-X-STREAM-INF:BANDWIDTH=800000\nvideo.m3u8\n", ADDRESS)[0]?.traits).toEqual({
    bitrate: 800_000,
    codecs: null,
    width: 0,
    height: 0,
    frameRate: null,
    videoRange: null,
  });
});

test("missing attributes of separate audio are unknown", () => {
  const audio = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="audio.m3u8"\n';
  const silent = '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.4d401e",AUDIO="a"\nvideo.m3u8\n';
  const unknown = { codecs: null, language: null, channels: null, name: "" };
  for (const text of [audio, audio + silent]) {
    expect(renditionsIn(text, ADDRESS).at(-1)).toMatchObject({ kind: "secondary", traits: unknown });
  }
});

test("audio in the variants' segments isn't a rendition", () => {
  expect(renditionsIn('#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English"\n', ADDRESS)).toEqual([]);
});

test("a variant without an address is ignored", () => {
  expect(renditionsIn("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000\n", ADDRESS)).toEqual([]);
});

test("a playlist without a media sequence number counts from 0", () => {
  expect([...sequencesIn("#EXTINF:2,\nfirst.mp4\n", ADDRESS).values()]).toEqual([0]);
});
