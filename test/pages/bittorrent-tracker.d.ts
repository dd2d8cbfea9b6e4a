// What the page uses of bittorrent-tracker's client and of WebTorrent, which come without types.

declare module "bittorrent-tracker/client" {
  /** A data channel to another peer; it emits connect, data, disconnect and error. */
  export interface Peer {
    /** Of the other peer, in hexadecimal. */
    readonly id: string;
    /** What is yet to be sent, in bytes. */
    readonly bufferSize: number;
    on(event: "connect" | "disconnect", heard: () => void): void;
    on(event: "data", heard: (bytes: Uint8Array) => void): void;
    on(event: "error", heard: (error: Error) => void): void;
    send(message: string | Uint8Array): void;
    destroy(): void;
  }

  export interface Counts {
    readonly complete: number;
    readonly incomplete: number;
  }

  export default class Client {
    constructor(options: {
      infoHash: string;
      peerId: string;
      announce: string[];
      rtcConfig: { iceServers: [] };
      getAnnounceOpts(): { numwant: number };
    });
    on(event: "peer", heard: (peer: Peer) => void): void;
    on(event: "error", heard: (error: Error) => void): void;
    once(event: "update" | "scrape", heard: (counts: Counts) => void): void;
    start(): void;
    stop(): void;
    complete(): void;
    scrape(): void;
    destroy(): void;
  }
}

declare module "webtorrent/dist/webtorrent.min.js" {
  export interface Torrent {
    readonly magnetURI: string;
    readonly files: readonly { blob(): Promise<Blob> }[];
    on(event: "done" | "ready", heard: () => void): void;
  }

  export default class WebTorrent {
    constructor(options: { tracker: { rtcConfig: { iceServers: [] } } });
    seed(file: File, options: { announce: string[] }, seeding: (torrent: Torrent) => void): void;
    add(magnet: string, options: { announce: string[] }): Torrent;
    on(event: "error", heard: (error: Error) => void): void;
  }
}
