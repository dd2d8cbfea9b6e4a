/** Stands in for MediaPackage: takes the encoder's segments, and writes playlists and segments as viewers get them. */

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EncodedSegment, InitSegments, StreamFormat } from "./encoded-stream.ts";
import { h264Codec } from "./mediapackage/boxes.ts";
import { dashManifest } from "./mediapackage/dash.ts";
import { masterPlaylist, mediaPlaylist } from "./mediapackage/hls.ts";
import {
  addSegment,
  emptyWindow,
  type LiveWindow,
  type Part,
  parseWindow,
  resumeWindow,
  retire,
} from "./mediapackage/live-window.ts";
import type { Packaging } from "./mediapackage/packaging.ts";

export interface PackageOptions {
  readonly format: StreamFormat;
  readonly packaging: Packaging;
  /** The folder under which playlists and segments are written, at `packaging.path`. Made when missing. */
  readonly mediaFolder: string;
  /** Called when a segment couldn't be written, with the reason. The next one is tried nevertheless. */
  readonly onFailure: (reason: string) => void;
}

export class Package {
  readonly #options: PackageOptions;
  readonly #folder: string;
  readonly #windowFile: string;
  #window: LiveWindow;
  #initFiles = new Map<string, string>();
  #videoCodecs = new Map<string, string>();
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: PackageOptions, window: LiveWindow) {
    this.#options = options;
    this.#folder = join(options.mediaFolder, options.packaging.path);
    this.#windowFile = windowFile(options);
    this.#window = window;
  }

  /**
   * Opens the endpoint's folder, and resumes what an earlier run left there.
   *
   * @throws Error saying that the folder can't be written, and why.
   */
  static async open(options: PackageOptions): Promise<Package> {
    const { format, packaging, mediaFolder } = options;
    const folder = join(mediaFolder, packaging.path);
    try {
      await mkdir(folder, { recursive: true });
      const now = Date.now() / 1000;
      const saved = await readWindow(windowFile(options));
      const renditions = [...format.video, format.audio].map(({ name }) => name);
      const window = saved
        ? resumeWindow(saved, renditions, packaging.hls.windowSeconds, now)
        : emptyWindow(now);
      await replaceFile(windowFile(options), JSON.stringify(window));
      await clear(folder, window);
      return new Package(options, window);
    } catch (error) {
      throw new Error(`The media folder ${mediaFolder} can't be written: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Takes the init segments of an encoding session, before its segments. */
  receiveInit(initSegments: InitSegments): void {
    this.#enqueue(() => this.#writeInit(initSegments));
  }

  /** Takes one segment in all its renditions. */
  receiveSegment(segment: EncodedSegment): void {
    this.#enqueue(() => this.#writeSegment(segment));
  }

  /** Resolves once everything that was received is written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** Writes one thing after the other, in the order in which they were received. */
  #enqueue(write: () => Promise<void>): void {
    this.#writing = this.#writing
      .then(write)
      .catch((error: unknown) => this.#options.onFailure(reasonOf(error)));
  }

  async #writeInit(initSegments: InitSegments): Promise<void> {
    const { format, packaging } = this.#options;
    for (const [rendition, bytes] of initSegments) {
      // Named by its hash, because caches keep it for ever.
      const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
      const file = `${packaging.segmentName}_${rendition}_init_${hash}.mp4`;
      await writeFile(join(this.#folder, file), bytes);
      this.#initFiles.set(rendition, file);
    }
    for (const { name } of format.video) {
      const bytes = initSegments.get(name);
      if (bytes) this.#videoCodecs.set(name, h264Codec(bytes));
    }
  }

  /** Writes the segment's files first, then the playlists that list it. */
  async #writeSegment(segment: EncodedSegment): Promise<void> {
    const { packaging } = this.#options;
    const parts: Record<string, Part> = {};
    for (const [rendition, { bytes, startSeconds, durationSeconds }] of segment.fragments) {
      const file = this.#segmentName(rendition, String(this.#window.nextSequence));
      await writeFile(join(this.#folder, file), bytes);
      const initFile = this.#initFiles.get(rendition);
      if (!initFile) throw new Error(`A segment of ${rendition} came before its init segment`);
      parts[rendition] = { startSeconds, durationSeconds, file, initFile };
    }
    const listedSeconds = Math.max(packaging.hls.windowSeconds, packaging.dash.windowSeconds);
    const { window, retired } = retire(addSegment(this.#window, parts), listedSeconds);
    this.#window = window;
    await replaceFile(this.#windowFile, JSON.stringify(window));
    await this.#writePlaylists();
    const kept = filesOf(window);
    for (const file of filesOf({ segments: retired })) {
      if (!kept.has(file)) await rm(join(this.#folder, file), { force: true });
    }
  }

  async #writePlaylists(): Promise<void> {
    const { format, packaging } = this.#options;
    const { segments } = this.#window;
    for (const { name } of [...format.video, format.audio]) {
      const playlist = mediaPlaylist(name, segments, packaging.hls.windowSeconds);
      await replaceFile(join(this.#folder, this.#playlistName(name)), playlist);
    }
    const manifest = dashManifest(
      format,
      packaging,
      this.#videoCodecs,
      { segment: (rendition, sequence) => this.#segmentName(rendition, sequence) },
      segments,
      Date.now() / 1000,
    );
    await replaceFile(join(this.#folder, `${packaging.dash.manifestName}.mpd`), manifest);
    // Written last, so that everything it lists exists.
    const master = masterPlaylist(format, this.#videoCodecs, (rendition) => this.#playlistName(rendition));
    await replaceFile(join(this.#folder, `${packaging.hls.manifestName}.m3u8`), master);
  }

  #playlistName(rendition: string): string {
    return `${this.#options.packaging.hls.manifestName}_${rendition}.m3u8`;
  }

  #segmentName(rendition: string, sequence: string): string {
    return `${this.#options.packaging.segmentName}_${rendition}_${sequence}.mp4`;
  }
}

/** Outside the folder that is served to viewers. */
function windowFile({ mediaFolder, packaging }: PackageOptions): string {
  return join(mediaFolder, `${packaging.path.replaceAll("/", "-")}.json`);
}

async function readWindow(file: string): Promise<LiveWindow | null> {
  try {
    return parseWindow(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** Replaces the file atomically: a reader gets the old one or the new one, never a part. */
async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

function filesOf({ segments }: Pick<LiveWindow, "segments">): Set<string> {
  return new Set(
    segments.flatMap(({ parts }) => Object.values(parts).flatMap(({ file, initFile }) => [file, initFile])),
  );
}

/** Removes an earlier run's files that the window doesn't hold; its playlists too if the window is empty. */
async function clear(folder: string, window: LiveWindow): Promise<void> {
  const kept = filesOf(window);
  for (const file of await readdir(folder)) {
    const isPlaylist = /\.(m3u8|mpd)$/.test(file);
    const isOurs = isPlaylist || /\.(mp4|new)$/.test(file);
    if (isOurs && !kept.has(file) && !(isPlaylist && kept.size > 0)) await rm(join(folder, file));
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
