/** A page with the tracker's real clients: what a test asks of them stands on `clients`. */

import Client, { type Counts, type Peer } from "bittorrent-tracker/client";
import { Core } from "p2p-media-loader-core";
import WebTorrent from "webtorrent/dist/webtorrent.min.js";

/** Peers on one machine need no help to find their addresses. */
const rtcConfig: { iceServers: [] } = { iceServers: [] };

/** bittorrent-tracker's own client. */
class PlainClient {
  readonly heard: string[] = [];
  readonly #client: Client;
  readonly #peers: Peer[] = [];

  constructor(announce: string, infoHash: string, peerId: string) {
    const getAnnounceOpts = () => ({ numwant: 3 });
    this.#client = new Client({ infoHash, peerId, announce: [announce], rtcConfig, getAnnounceOpts });
    this.#client.on("peer", (peer) => {
      peer.on("error", () => {});
      peer.on("connect", () => this.#peers.push(peer));
      peer.on("data", (bytes) => this.heard.push(new TextDecoder().decode(bytes)));
    });
  }

  tell(what: "start" | "stop" | "complete"): Promise<Counts> {
    const counts = new Promise<Counts>((resolve) => this.#client.once("update", resolve));
    this.#client[what]();
    return counts;
  }

  scrape(): Promise<Counts> {
    const counts = new Promise<Counts>((resolve) => this.#client.once("scrape", resolve));
    this.#client.scrape();
    return counts;
  }

  get peers(): number {
    return this.#peers.length;
  }

  say(text: string): void {
    for (const peer of this.#peers) peer.send(text);
  }
}

/** p2p-media-loader's engine with a stream of one segment; counts its peers and says where the segment came from. */
class Engine {
  peers = 0;
  segmentFrom: string | null = null;
  readonly #core: Core;

  /** `waitMs`: how long it waits for peers before it asks the server. */
  constructor(announceTracker: string, swarmId: string, waitMs: number) {
    this.#core = new Core({
      announceTrackers: [announceTracker],
      swarmId,
      rtcConfig,
      mainStream: { httpDownloadInitialTimeoutMs: waitMs },
    });
    this.#core.addEventListener("onPeerConnect", () => {
      this.peers++;
    });
    this.#core.addEventListener("onSegmentLoaded", ({ downloadSource }) => {
      this.segmentFrom = downloadSource;
    });
    this.#core.setManifestResponseUrl(`${location.origin}/index.m3u8`);
    this.#core.addStreamIfNoneExists({ runtimeId: "stream", type: "main", index: "0" });
    const segment = { runtimeId: "segment", externalId: 1, startTime: 0, endTime: 2 };
    this.#core.updateStream("stream", [{ ...segment, url: `${location.origin}/segment` }]);
  }

  /** Resolves to the segment's size. */
  load(): Promise<number> {
    return new Promise((resolve, reject) => {
      const onSuccess = ({ data }: { data: ArrayBuffer }) => resolve(data.byteLength);
      void this.#core.loadSegment("segment", { onSuccess, onError: reject });
    });
  }
}

/** WebTorrent: a file goes from a page that seeds it to one that adds its magnet link. */
class Torrents {
  readonly #client = new WebTorrent({ tracker: { rtcConfig } });

  seed(text: string, announce: string): Promise<string> {
    const file = new File([text], "file.txt", { type: "text/plain" });
    return new Promise((resolve, reject) => {
      this.#client.on("error", reject);
      this.#client.seed(file, { announce: [announce] }, ({ magnetURI }) => resolve(magnetURI));
    });
  }

  async fetch(magnet: string, announce: string): Promise<string> {
    const torrent = this.#client.add(magnet, { announce: [announce] });
    await new Promise<void>((resolve, reject) => {
      this.#client.on("error", reject);
      torrent.on("done", resolve);
    });
    const blob = await torrent.files[0]?.blob();
    return (await blob?.text()) ?? "";
  }
}

Object.assign(globalThis, { clients: { PlainClient, Engine, Torrents } });
