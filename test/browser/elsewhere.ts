/** A way into the stack for viewers in another place: the stand-in for CloudFront believes what a viewer says of it. */

import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tunnel } from "../../local/cloudfront/websocket-tunnel.ts";

export interface Elsewhere {
  /** The stack's address as seen from there. */
  readonly url: string;
  close(): void;
}

/** Opens the way for viewers who are behind `address` in the network `asn`. */
export async function elsewhere(stack: string, address: string, asn: string): Promise<Elsewhere> {
  const place = {
    "CloudFront-Viewer-Address": `${address}:1234`,
    "CloudFront-Viewer-ASN": asn,
    "CloudFront-Viewer-Country": "FR",
  };
  const server = createServer((incoming, response) => {
    const { method, url, headers } = incoming;
    const onward = ask(new URL(url ?? "/", stack), {
      method: method ?? "GET",
      headers: { ...headers, ...place },
    });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    incoming.pipe(onward);
  });
  server.on("upgrade", (incoming, socket, head) => {
    const said = Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(", ")]);
    tunnel(incoming.url ?? "/", socket, head, new URL(stack).host, { ...Object.fromEntries(said), ...place });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
