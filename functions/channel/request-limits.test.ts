import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { expect, onTestFinished, test } from "vitest";
import { channelState } from "./channels-medialive.ts";
import { requestLimits } from "./request-limits.ts";

test("a request that hangs is given up and made again", async () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    if (requests > 1) response.end('{"state":"IDLE"}');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = new MediaLiveClient({
    ...requestLimits(100),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  expect(await channelState(client)("7")).toBe("IDLE");
  expect(requests).toBe(2);
});
