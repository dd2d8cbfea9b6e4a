/** Types for the parts of bittorrent-tracker's server that the measurements use; the package has none. */

declare module "bittorrent-tracker" {
  import type { AddressInfo } from "node:net";

  export class Server {
    constructor(options: { udp: boolean; http: boolean; ws: boolean; stats: boolean });
    readonly ws: { address(): AddressInfo };
    listen(port: number, host: string, onListening: () => void): void;
  }
}
