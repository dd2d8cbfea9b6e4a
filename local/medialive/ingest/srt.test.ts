import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { SrtIngest } from "./srt.ts";

const SETTINGS = { host: "127.0.0.1", passphrase: "a passphrase of letters", latencyMilliseconds: 120 };

test("a free port is taken, and one that another program has is named", async () => {
  expect((await SrtIngest.open({ ...SETTINGS, port: 0 })).port).toBeGreaterThan(0);
  const other = createSocket("udp4").bind(0, SETTINGS.host);
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const { port } = other.address();
  await expect(SrtIngest.open({ ...SETTINGS, port })).rejects.toMatchObject({
    message: `SRT can't listen on 127.0.0.1:${port}`,
    cause: { code: "EADDRINUSE", port },
  });
});

test("nobody is let in before it is opened, and closing it then is no trouble", async () => {
  const ingest = await SrtIngest.open({ ...SETTINGS, port: 0 });
  ingest.refuseCodec("there is none");
  ingest.changeStreamKey();
  expect(ingest.bytesReceived).toBe(0);
  await ingest.close();
});
