import { describe, expect, test } from "vitest";
import { renditionsIn, segmentIn } from "./playlists.ts";

const FOLDER = "/out/v1/shoal/live/cmaf";
const HLS = `${FOLDER}/index.m3u8`;
const RENDITION = `${FOLDER}/index_720p.m3u8`;

const MULTIVARIANT = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",DEFAULT=YES,URI="index_audio.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="text",URI="index_text.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="muxed",NAME="muxed"
#EXT-X-STREAM-INF:BANDWIDTH=3440800,AUDIO="audio"
# a comment
index_720p.m3u8?start=7
#EXT-X-STREAM-INF:BANDWIDTH=1020800,AUDIO="audio"
index_360p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1020800,AUDIO="other"
index_360p.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="index_iframe.m3u8"
`;

const PLAYLIST = `#EXTM3U
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:1795
#EXT-X-MAP:URI="init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-29T19:30:00.000Z
#EXTINF:2.00000,
segment_720p_1795.mp4
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:2026-11-29T19:31:00.000Z
#EXTINF:1.98400,
segment_720p_1796.mp4?token=9
#EXTINF:2.00000,a title
segment_720p_1797.mp4
`;

describe("the multivariant playlist", () => {
  test("names each video and audio rendition once, by its playlist's path", () => {
    expect(renditionsIn(MULTIVARIANT, HLS)).toEqual(
      ["audio", "720p", "360p"].map((name) => `${FOLDER}/index_${name}.m3u8`),
    );
  });
  test("is read with either line end", () => {
    expect(renditionsIn(MULTIVARIANT.replaceAll("\n", "\r\n"), HLS)).toHaveLength(3);
  });
});

describe("a rendition's playlist says of a segment", () => {
  test("its path, its duration and its time", () => {
    expect(segmentIn(PLAYLIST, RENDITION, 1795)).toEqual({
      path: `${FOLDER}/segment_720p_1795.mp4`,
      durationSeconds: 2,
      programDateTime: "2026-11-29T19:30:00.000Z",
      isDiscontinuous: false,
    });
  });
  test("that it doesn't continue the one before; its path has no query", () => {
    expect(segmentIn(PLAYLIST, RENDITION, 1796)).toEqual({
      path: `${FOLDER}/segment_720p_1796.mp4`,
      durationSeconds: 1.984,
      programDateTime: "2026-11-29T19:31:00.000Z",
      isDiscontinuous: true,
    });
  });
  test("nothing that was said of the one before", () => {
    expect(segmentIn(PLAYLIST, RENDITION, 1797)).toMatchObject({
      programDateTime: null,
      isDiscontinuous: false,
    });
  });
  test.each([1794, 1798])("nothing, if it doesn't list number %i", (sequence) => {
    expect(segmentIn(PLAYLIST, RENDITION, sequence)).toBeNull();
  });
});

describe("what isn't below the playlist's own folder is never asked for", () => {
  test.each([
    "https://example.com/out/v1/shoal/live/cmaf/segment.mp4",
    "//example.com/out/v1/shoal/live/cmaf/segment.mp4",
    "../other/segment.mp4",
    "/out/v1/shoal/live/cmaf2/segment.mp4",
    "%2e%2e/other/segment.mp4",
    "segment%2f.mp4",
    "file:///etc/passwd",
  ])("%s", (uri) => {
    const playlist = `#EXT-X-MEDIA-SEQUENCE:1\n#EXTINF:2,\n${uri}\n`;
    expect(() => segmentIn(playlist, RENDITION, 1)).toThrow(`which isn't a path below ${FOLDER}/`);
    expect(() => renditionsIn(`#EXT-X-STREAM-INF:BANDWIDTH=1\n${uri}\n`, HLS)).toThrow(`lists "${uri}"`);
  });
});
