/** The page that a measured viewer runs: the same stream by Shoal, by the engine at its defaults, or plainly. */

// The whole hls.js from its package: without the path, it would be the smaller one that Shoal's player brings.
import Hls from "hls.js/dist/hls.mjs";
import { HlsJsP2PEngine } from "p2p-media-loader-hlsjs";
import { createLiveSession } from "../../../web/playback/live-session.ts";
import { secondsBuffered } from "../../../web/playback/playhead/buffered.ts";
import { watchPlayback } from "../../../web/playback/playhead/playback-watch.ts";
import { StatsCounter } from "../../../web/playback/stats.ts";
import { readStream } from "../../../web/playback/stream.ts";
import type { ViewerPage, ViewerReport, ViewerSetup } from "../viewer-report.ts";

declare global {
  interface Window extends ViewerPage {}
}

const CHANNEL = "bench";

window.startViewer = async (setup) => {
  const video = document.querySelector("video");
  if (!video) throw new Error("The page has no video element");
  video.muted = true;
  video.autoplay = true;
  if (setup.player === "shoal") {
    await startShoal(video, setup);
    return;
  }
  const counter = new StatsCounter();
  watchPlayback(video, counter, () => {});
  const report: ViewerReport = { stats: counter.read(0), segments: [], errors: [] };
  const hls = setup.player === "plain" ? new Hls() : withEngine(setup, counter, report);
  hls.on(Hls.Events.FRAG_LOADED, (_event, { frag }) => {
    if (setup.player === "engine-defaults" && typeof frag.sn === "number") return;
    counter.received("cdn", frag.stats.loaded);
    if (typeof frag.sn !== "number") return;
    counter.segment("cdn");
    report.segments.push({ rendition: frag.type, sequence: frag.sn, source: "cdn", at: Date.now() });
  });
  setInterval(() => counter.playback(hls.latency || null, secondsBuffered(video)), 1000);
  hls.loadSource(setup.hls);
  hls.attachMedia(video);
  window.readViewer = () => ({ ...report, stats: counter.read(performance.now() / 1000) });
};

async function startShoal(video: HTMLVideoElement, setup: ViewerSetup): Promise<void> {
  const { channel, signatures } = await readStream(location.href);
  const session = createLiveSession({
    video,
    hls: setup.hls,
    channel,
    signatures: setup.sharesUnsigned ? null : signatures,
    sharesUnsigned: setup.sharesUnsigned,
    trackers: [setup.tracker],
    stunServers: [],
    mode: setup.mode,
    delaySeconds: setup.delaySeconds,
  });
  const segments: ViewerReport["segments"] = [];
  const errors: string[] = [];
  session.on("segment", (segment) => segments.push({ ...segment, at: Date.now() }));
  session.on("error", (error) => errors.push(error ? `${error.kind}: ${error.detail}` : "recovered"));
  window.readViewer = () => ({ stats: session.stats, segments, errors });
}

function withEngine(setup: ViewerSetup, counter: StatsCounter, report: ViewerReport): Hls {
  const engine = new HlsJsP2PEngine({
    core: { swarmId: CHANNEL, announceTrackers: [setup.tracker], rtcConfig: { iceServers: [] } },
  });
  const { fLoader, pLoader } = engine.getConfigForHlsJs() as Pick<
    ConstructorParameters<typeof Hls>[0] & object,
    "fLoader" | "pLoader"
  >;
  const hls = new Hls({
    ...(fLoader && { fLoader }),
    ...(pLoader && { pLoader }),
    liveSyncDuration: setup.delaySeconds,
    liveMaxLatencyDuration: setup.delaySeconds + 8,
  });
  engine.bindHls(hls);
  engine.addEventListener("onPeerConnect", ({ peerId, streamType }) =>
    counter.peerConnected(peerId, streamType),
  );
  engine.addEventListener("onPeerClose", ({ peerId, streamType }) => counter.peerClosed(peerId, streamType));
  engine.addEventListener("onChunkDownloaded", (bytes, source) =>
    counter.received(source === "p2p" ? "peers" : "cdn", bytes),
  );
  engine.addEventListener("onChunkUploaded", (bytes) => counter.sentToPeers(bytes));
  engine.addEventListener("onSegmentLoaded", ({ downloadSource, streamType, segmentUrl }) => {
    const source = downloadSource === "p2p" ? "peers" : "cdn";
    counter.segment(source);
    const sequence = Number(/(\d+)\.m4s/.exec(segmentUrl)?.[1]);
    report.segments.push({ rendition: streamType, sequence, source, at: Date.now() });
  });
  return hls;
}
