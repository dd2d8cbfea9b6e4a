// What the measurements use of bittorrent-tracker's server, which comes without types.

declare module "bittorrent-tracker" {
  import type { AddressInfo } from "node:net";

  export class Server {
    constructor(options: { udp: boolean; http: boolean; ws: boolean; stats: boolean });
    readonly ws: { address(): AddressInfo };
    listen(port: number, host: string, onListening: () => void): void;
  }
}
