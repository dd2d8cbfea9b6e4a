/** The stream on one machine: MediaLive's channel, wired to MediaPackage, with the settings of the template. */

import type { StreamFormat } from "../encoded-stream.ts";
import type { Channel, ChannelOptions } from "../medialive/channel.ts";
import { type EncoderSettings, keepRenditions, parseEncoderSettings } from "../medialive/encoder-settings.ts";
import { layTimeline } from "../medialive/timeline.ts";
import { createChannel } from "../medialive.ts";
import { type Packaging, parsePackaging } from "../mediapackage/packaging.ts";
import { Package } from "../mediapackage.ts";
import { type StartOptions, UsageError } from "../options.ts";
import type { Template } from "../template.ts";

export interface StreamSettings {
  readonly encoder: EncoderSettings;
  readonly packaging: Packaging;
}

type StreamChoices = Partial<Pick<StartOptions, "renditions" | "segmentSeconds" | "windowSeconds">>;

export interface StreamOptions extends StreamSettings, Omit<ChannelOptions, "segmentSeconds"> {
  readonly mediaFolder: string;
  /** Told that a segment couldn't be written, and why; the stream goes on with the next. */
  readonly onPackagingFailure?: (reason: string) => void;
}

export interface Stream {
  /** Created idle: nothing is on the air before it is started. */
  readonly channel: Channel;
  /** Closes the channel and writes what it made; the media folder is left as it is. */
  close(): Promise<void>;
}

/**
 * Reads encoder and packaging from the template, with what a person chose instead. Throws a UsageError on a wrong
 * choice.
 */
export function readStreamSettings(template: Template, choices: StreamChoices = {}): StreamSettings {
  return { encoder: readEncoder(template, choices), packaging: readPackaging(template, choices) };
}

/** What the packager is told of the encoder's output. */
export function streamFormat({ encoder, packaging }: StreamSettings): StreamFormat {
  return { ...encoder, videoTimescale: layTimeline(encoder, packaging.segmentSeconds).videoTimescale };
}

/**
 * Opens the RTMP port and the package's folder.
 *
 * @throws Error saying in one sentence that the RTMP port is taken or the media folder can't be written.
 */
export async function openStream(options: StreamOptions): Promise<Stream> {
  const { packaging, mediaFolder, onPackagingFailure: onFailure = () => {} } = options;
  const endpoint = await Package.open({ format: streamFormat(options), packaging, mediaFolder, onFailure });
  const channel = await createChannel({ ...options, segmentSeconds: packaging.segmentSeconds });
  channel.on("init", (initSegments) => endpoint.receiveInit(initSegments));
  channel.on("segment", (segment) => endpoint.receiveSegment(segment));
  return {
    channel,
    close: async () => {
      await channel.close();
      await endpoint.settled();
    },
  };
}

/** Segments start with a keyframe, so another segment length is another GOP length too. */
function readEncoder(template: Template, { renditions, segmentSeconds }: StreamChoices): EncoderSettings {
  const settings = parseEncoderSettings(template.resource("LiveChannel").properties);
  const encoder = { ...settings, gopSeconds: segmentSeconds ?? settings.gopSeconds };
  if (!renditions) return encoder;
  try {
    return keepRenditions(encoder, renditions);
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}.`);
  }
}

function readPackaging(template: Template, { segmentSeconds, windowSeconds }: StreamChoices): Packaging {
  const packaging = parsePackaging(template.resource("PackageEndpoint").properties);
  return {
    ...packaging,
    segmentSeconds: segmentSeconds ?? packaging.segmentSeconds,
    hls: { ...packaging.hls, windowSeconds: windowSeconds ?? packaging.hls.windowSeconds },
    dash: { ...packaging.dash, windowSeconds: windowSeconds ?? packaging.dash.windowSeconds },
  };
}
