/**
 * The process that receives SRT: FFmpeg's libsrt waits for one caller after the other, and its native code can't block or
 * crash the rest. What comes in is an MPEG transport stream; each frame goes to the parent as RTMP's do.
 */

import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_H264,
  AV_LOG_ERROR,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from "node-av/constants";
import {
  Codec,
  Dictionary,
  FFmpegError,
  FormatContext,
  InputFormat,
  Log,
  Packet,
  type Stream,
} from "node-av/lib";
import type { FromReceiver, ReceiveSrt } from "./srt-messages.ts";

/** A key of 256 bits follows from the passphrase. */
const KEY_BYTES = 32;
/** A key is to be free again within 10 s. */
const SILENCE_MICROSECONDS = 8_000_000;
/** How long the streams are looked at for what is in them, before frames go on. */
const ANALYSIS_MICROSECONDS = 1_000_000;

process.on("disconnect", end);
// The parent may have ended while the imports above were loading, before anything listened.
if (!process.connected) end();
process.on("SIGINT", () => {});
Log.setLevel(AV_LOG_ERROR);

process.on("message", (settings: ReceiveSrt) => void receive(settings));

async function receive(settings: ReceiveSrt): Promise<void> {
  for (;;) await serveOne(settings);
}

/** Waits for a publisher, and passes on what it sends until it is gone. */
async function serveOne(settings: ReceiveSrt): Promise<void> {
  const input = new FormatContext();
  const options = Dictionary.fromObject({ analyzeduration: String(ANALYSIS_MICROSECONDS) });
  const opened = await input.openInput(addressOf(settings), InputFormat.findInputFormat("mpegts"), options);
  FFmpegError.throwIfError(opened, "receive SRT");
  send({ type: "arrived" });
  const found = await input.findStreamInfo();
  if (found >= 0) await passOn(input);
  await input.closeInput();
  send({ type: "left", reason: found < 0 ? "it sent no transport stream" : "its connection ended" });
}

async function passOn(input: FormatContext): Promise<void> {
  const video = firstOf(input, AVMEDIA_TYPE_VIDEO);
  const audio = firstOf(input, AVMEDIA_TYPE_AUDIO);
  for (const stream of [video, audio]) if (stream) describe(stream);
  const packet = new Packet();
  packet.alloc();
  while ((await input.readFrame(packet)) >= 0) {
    const stream = [video, audio].find((each) => each?.index === packet.streamIndex);
    if (stream && packet.data) passOnFrame(stream, packet, packet.data, stream === video);
    packet.unref();
  }
  packet.free();
}

/** How to decode a stream, or that nobody here does. */
function describe(stream: Stream): void {
  const { codecType, codecId, extradata } = stream.codecpar;
  // AAC in a transport stream says in each frame how to decode it.
  const configuration = { kind: "configuration", data: extradata ?? Buffer.alloc(0) } as const;
  const codec = Codec.findDecoder(codecId)?.name?.toUpperCase() ?? "unknown";
  const other = { kind: "unsupported", codec } as const;
  if (codecType === AVMEDIA_TYPE_VIDEO)
    send({ type: "video", timestamp: 0, tag: codecId === AV_CODEC_ID_H264 ? configuration : other });
  else send({ type: "audio", timestamp: 0, tag: codecId === AV_CODEC_ID_AAC ? configuration : other });
}

function passOnFrame(stream: Stream, packet: Packet, data: Buffer, isVideo: boolean): void {
  const { num, den } = stream.timeBase;
  const milliseconds = (time: bigint) => (Number(time) * num * 1000) / den;
  const timestamp = milliseconds(packet.dts);
  const compositionMilliseconds = milliseconds(packet.pts) - timestamp;
  const { isKeyframe } = packet;
  if (isVideo)
    send({ type: "video", timestamp, tag: { kind: "frame", isKeyframe, compositionMilliseconds, data } });
  else send({ type: "audio", timestamp, tag: { kind: "frame", data } });
}

function firstOf(input: FormatContext, type: number): Stream | undefined {
  return input.streams.find(({ codecpar }) => codecpar.codecType === type);
}

function addressOf({ host, port, passphrase, latencyMilliseconds }: ReceiveSrt): string {
  const options = new URLSearchParams({
    mode: "listener",
    listen_timeout: "-1",
    timeout: String(SILENCE_MICROSECONDS),
    latency: String(latencyMilliseconds * 1000),
    passphrase,
    pbkeylen: String(KEY_BYTES),
  });
  return `srt://${host}:${port}?${options}`;
}

/** Ends the process at once, as `process.exit` waits for native code, for ever while nobody calls. */
function end(): void {
  process.kill(process.pid, "SIGKILL");
}

function send(message: FromReceiver): void {
  process.send?.(message);
}
