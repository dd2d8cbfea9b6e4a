/** A film for measurements, encoded once: moving video and a tone, HLS in CMAF, audio apart. */

import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Decoder, Demuxer, Encoder, Muxer } from "node-av/api";
import { FF_ENCODER_AAC, FF_ENCODER_LIBX264 } from "node-av/constants";

export interface FilmShape {
  /** Longer than the measurement, so that no viewer sees the film end. */
  seconds: number;
  segmentSeconds: number;
  framesPerSecond: number;
  /** Width and bit rate of each rendition; all are 16:9. */
  renditions: readonly { width: number; kilobitsPerSecond: number }[];
}

/** 16:9, and even, as the encoder asks. */
export function heightOf(width: number): number {
  return Math.round((width * 9) / 16 / 2) * 2;
}

/** Encodes the film into `folder`, unless it is there already. */
export async function prepareFilm(folder: string, shape: FilmShape): Promise<void> {
  if (
    await access(join(folder, "done")).then(
      () => true,
      () => false,
    )
  )
    return;
  await mkdir(folder, { recursive: true });
  for (const [index, rendition] of shape.renditions.entries()) {
    const size = `${rendition.width}x${heightOf(rendition.width)}`;
    await encode(
      `testsrc2=size=${size}:rate=${shape.framesPerSecond}:duration=${shape.seconds}`,
      FF_ENCODER_LIBX264,
      {
        bitrate: rendition.kilobitsPerSecond * 1000,
        options: {
          preset: "veryfast",
          x264opts: `keyint=${shape.framesPerSecond * shape.segmentSeconds}:scenecut=0:nal-hrd=cbr:bframes=0`,
          maxrate: `${rendition.kilobitsPerSecond * 1000}`,
          bufsize: `${rendition.kilobitsPerSecond * 1000}`,
        },
      },
      join(folder, `v${index}`),
      shape.segmentSeconds,
    );
  }
  await encode(
    `sine=frequency=440:sample_rate=48000:duration=${shape.seconds}`,
    FF_ENCODER_AAC,
    { bitrate: 64_000, autoResample: true },
    join(folder, "a"),
    shape.segmentSeconds,
  );
  await mkdir(join(folder, "done"));
}

async function encode(
  source: string,
  codec: typeof FF_ENCODER_LIBX264 | typeof FF_ENCODER_AAC,
  options: object,
  folder: string,
  segmentSeconds: number,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await using input = await Demuxer.open(source, { format: "lavfi" });
  const stream = input.video() ?? input.audio();
  if (!stream) throw new Error(`${source} has neither video nor audio`);
  using decoder = await Decoder.create(stream);
  using encoder = await Encoder.create(codec, { decoder, ...options });
  await using output = await Muxer.open(join(folder, "index.m3u8"), {
    input,
    format: "hls",
    options: {
      hls_time: segmentSeconds,
      hls_segment_type: "fmp4",
      hls_playlist_type: "vod",
      hls_fmp4_init_filename: "init.mp4",
      hls_segment_filename: join(folder, "%d.m4s"),
    },
  });
  const index = output.addStream(encoder, { inputStream: stream });
  for await (using packet of encoder.packets(decoder.frames(input.packets(stream.index)))) {
    await output.writePacket(packet, index);
  }
}
