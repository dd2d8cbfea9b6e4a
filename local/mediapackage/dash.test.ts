import { beforeAll, expect, test } from "vitest";
import type { StreamFormat } from "../encoded-stream.ts";
import { readStreamSettings, streamFormat } from "../shoal/stream.ts";
import { readTemplate } from "../template.ts";
import { dashManifest } from "./dash.ts";
import { addSegment, emptyWindow, type LiveWindow } from "./live-window.ts";
import type { Packaging } from "./packaging.ts";

const START = Date.UTC(2026, 10, 20, 12) / 1000;
let format: StreamFormat;
let packaging: Packaging;

beforeAll(async () => {
  const template = await readTemplate();
  const settings = readStreamSettings(template);
  format = streamFormat(settings);
  packaging = settings.packaging;
});

const windowOf = (...offsets: number[]): LiveWindow =>
  offsets.reduce((window, offset) => {
    const part = (rendition: string) => ({
      startSeconds: START + offset,
      durationSeconds: 2,
      file: `${rendition}_${offset}.mp4`,
      initFile: `${rendition}_init.mp4`,
    });
    return addSegment(window, { "720p": part("720p"), "360p": part("360p"), audio: part("audio") });
  }, emptyWindow(START));

const manifestOf = (window: LiveWindow, frameRate = format.frameRate) =>
  dashManifest(
    { ...format, frameRate },
    packaging,
    new Map([
      ["720p", "avc1.64001f"],
      ["360p", "avc1.4d401e"],
    ]),
    { segment: (rendition, sequence) => `segment_${rendition}_${sequence}.mp4` },
    window.segments,
    START + 10,
  );

test("times count from the epoch, in a single period that began there", () => {
  const manifest = manifestOf(windowOf(0, 2));
  expect(manifest).toContain('availabilityStartTime="1970-01-01T00:00:00Z"');
  expect(manifest).toContain('<Period id="1" start="PT0S">');
  expect(manifest).toContain(
    `<S t="${START * 30_000}" d="60000"/><S t="${(START + 2) * 30_000}" d="60000"/>`,
  );
  expect(manifest).toContain(`<S t="${START * 48_000}" d="96000"/>`);
});

test("files are named by the number that HLS gives them", () => {
  const manifest = manifestOf(windowOf(0, 2));
  expect(manifest).toContain('media="segment_$RepresentationID$_$Number$.mp4"');
  expect(manifest.match(/startNumber="(\d+)"/g)).toEqual(Array(3).fill(`startNumber="${START}"`));
  expect(manifest).toContain('initialization="360p_init.mp4"');
});

test("time off the air is a gap in the timeline, not another period", () => {
  const manifest = manifestOf(windowOf(0, 100));
  expect(manifest.match(/<Period/g)).toHaveLength(1);
  expect(manifest).toContain(`<S t="${(START + 100) * 30_000}" d="60000"/>`);
});

test("the manifest carries the time itself, so that no third party is asked", () => {
  expect(manifestOf(windowOf(0))).toContain(
    '<UTCTiming schemeIdUri="urn:mpeg:dash:utc:direct:2014" value="2026-11-20T12:00:10.000Z"/>',
  );
});

test("every rendition of the ladder is a representation with its codec and size", () => {
  const manifest = manifestOf(windowOf(0));
  expect(manifest).toContain(
    '<Representation id="720p" bandwidth="3000000" codecs="avc1.64001f" width="1280"',
  );
  expect(manifest).toContain('<Representation id="audio" bandwidth="128000" codecs="mp4a.40.2"');
});

test("a frame rate is a whole number or a fraction", () => {
  expect(manifestOf(windowOf(0))).toContain('frameRate="30"');
  expect(manifestOf(windowOf(0), { numerator: 30_000, denominator: 1001 })).toContain(
    'frameRate="30000/1001"',
  );
});

test("before the first segment the timeline is empty, and nothing is said of numbers and files", () => {
  const manifest = manifestOf(emptyWindow(START));
  expect(manifest).toContain("<SegmentTimeline/>");
  expect(manifest).not.toMatch(/startNumber|initialization|undefined/);
});
