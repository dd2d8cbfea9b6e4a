import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AmfValue, decodeAmf, encodeAmf } from "./amf.ts";
import { AMF0_COMMAND, AUDIO, ChunkReader, VIDEO, writeMessage } from "./chunks.ts";
import { Ingest } from "./ingest.ts";

/** As much of a publisher as OBS is: its handshake, its commands in its order, and whatever media a test gives it. */
class TestPublisher {
  readonly #socket: Socket;
  readonly #reader = new ChunkReader(1_000_000);
  readonly #said: AmfValue[][] = [];
  #handshakeLeft = 1 + 2 * 1536;

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.on("error", () => {});
    this.#socket.on("data", (bytes) => {
      const skipped = Math.min(this.#handshakeLeft, bytes.length);
      this.#handshakeLeft -= skipped;
      for (const { type, payload } of this.#reader.read(bytes.subarray(skipped))) {
        if (type === AMF0_COMMAND) this.#said.push(decodeAmf(payload));
      }
      this.#socket.emit("said");
    });
    this.#socket.write(Buffer.concat([Buffer.of(3), Buffer.alloc(1536), Buffer.alloc(1536)]));
  }

  publish(app: string, key: string): void {
    this.#command("connect", 1, {
      app,
      type: "nonprivate",
      flashVer: "FMLE/3.0",
      tcUrl: `rtmp://host/${app}`,
    });
    this.#command("releaseStream", 2, null, key);
    this.#command("FCPublish", 3, null, key);
    this.#command("createStream", 4, null);
    this.#command("publish", 5, null, key, "live");
  }

  send(type: typeof VIDEO | typeof AUDIO, hexBody: string): void {
    this.#socket.write(
      writeMessage(4, { type, timestamp: 0, streamId: 1, payload: Buffer.from(hexBody, "hex") }),
    );
  }

  goodbye(): void {
    this.#command("FCUnpublish", 6, null, "key");
    this.#command("deleteStream", 7, null, 1);
  }

  sendRaw(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  hangUp(): void {
    this.#socket.destroy();
  }

  /** Waits for the server's next status after publishing; gives its code. */
  async status(): Promise<unknown> {
    for (;;) {
      const at = this.#said.findIndex(([name]) => name === "onStatus");
      const [status] = at < 0 ? [] : this.#said.splice(at, 1);
      if (status) return (status[3] as { code: string }).code;
      await once(this.#socket, "said");
    }
  }

  /** The results of commands, by their numbers, that came so far. */
  get results(): AmfValue[] {
    return this.#said.filter(([name]) => name === "_result").map(([, id]) => id);
  }

  async closed(): Promise<void> {
    if (!this.#socket.closed) await once(this.#socket, "close");
  }

  #command(...values: AmfValue[]): void {
    this.#socket.write(
      writeMessage(3, { type: AMF0_COMMAND, timestamp: 0, streamId: 0, payload: encodeAmf(...values) }),
    );
  }
}

let ingest: Ingest;
const publishers: TestPublisher[] = [];
const arrive = (app = "live", key = "key"): TestPublisher => {
  const publisher = new TestPublisher(ingest.port);
  publishers.push(publisher);
  publisher.publish(app, key);
  return publisher;
};

beforeEach(async () => {
  ingest = await Ingest.open({ host: "127.0.0.1", port: 0, streamKey: "key", silenceMilliseconds: 300 });
});
afterEach(async () => {
  for (const publisher of publishers.splice(0)) publisher.hangUp();
  await ingest.close();
});

test("OBS's commands are answered, and it may send", async () => {
  const publisher = arrive();
  expect(await publisher.status()).toBe("NetStream.Publish.Start");
  expect(publisher.results).toEqual([1, 2, 3, 4]);
});

test("what OBS puts behind the key as a query is not part of the key", async () => {
  expect(await arrive("live", "key?bandwidthtest=true").status()).toBe("NetStream.Publish.Start");
});

test("a wrong key is denied with a code at which OBS stops trying", async () => {
  const refused = once(ingest, "refused");
  const publisher = arrive("live", "guess");
  expect(await publisher.status()).toBe("NetStream.Publish.Denied");
  expect((await refused)[0].reason).toBe("its stream key is wrong");
  await publisher.closed();
});

test("another path than /live is denied by its name", async () => {
  const refused = once(ingest, "refused");
  arrive("app", "key");
  expect((await refused)[0].reason).toBe("it published to /app instead of /live");
});

test("a second publisher is rejected, and the first goes on", async () => {
  const first = arrive();
  await first.status();
  expect(await arrive().status()).toBe("NetStream.Publish.Rejected");
  const video = once(ingest, "video");
  first.send(VIDEO, "1701000000aa");
  expect((await video)[0].tag).toMatchObject({ kind: "frame", isKeyframe: true });
});

test("a publisher that says goodbye frees the key at once", async () => {
  const first = arrive();
  await first.status();
  const left = once(ingest, "left");
  first.goodbye();
  expect((await left)[0].reason).toBe("the publisher stopped");
  expect(await arrive().status()).toBe("NetStream.Publish.Start");
});

test("a publisher that hangs up without a goodbye frees the key at once", async () => {
  const first = arrive();
  await first.status();
  const left = once(ingest, "left");
  first.hangUp();
  expect((await left)[0].reason).toMatch(/without a goodbye|connection broke/);
  expect(await arrive().status()).toBe("NetStream.Publish.Start");
});

test("a publisher that sends nothing for too long frees the key", async () => {
  const first = arrive();
  await first.status();
  const left = once(ingest, "left");
  expect((await left)[0].reason).toBe("it sent nothing for 0.3 s");
  expect(await arrive().status()).toBe("NetStream.Publish.Start");
});

test("a publisher with another codec is told so, and frees the key", async () => {
  const first = arrive();
  await first.status();
  const refused = once(ingest, "refused");
  first.send(AUDIO, "2faa");
  expect((await refused)[0].reason).toBe("it sends MP3 audio, and only AAC is taken");
  expect(await first.status()).toBe("NetStream.Publish.Rejected");
  expect(await arrive().status()).toBe("NetStream.Publish.Start");
});

test("a publisher that can't be decoded is told so, and frees the key", async () => {
  const first = arrive();
  await first.status();
  const refused = once(ingest, "refused");
  ingest.refuseCodec("what it sends can't be decoded");
  expect((await refused)[0].reason).toBe("what it sends can't be decoded");
  expect(await first.status()).toBe("NetStream.Publish.Rejected");
  expect(await arrive().status()).toBe("NetStream.Publish.Start");
});

test("what isn't RTMP is hung up on", async () => {
  const stranger = new TestPublisher(ingest.port);
  stranger.hangUp();
  const browser = connect(ingest.port, "127.0.0.1");
  browser.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(browser, "close");
});

test("a stranger who promises a huge message is hung up on before sending it", async () => {
  const stranger = new TestPublisher(ingest.port);
  publishers.push(stranger);
  stranger.sendRaw(Buffer.concat([Buffer.from("03000000ffffff1400000000", "hex"), Buffer.alloc(128)]));
  await stranger.closed();
});
