/** Real tracker clients in Chromium, two pages of each, through the whole stack. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { patchedCore } from "../../build/patched-core.ts";
import { type Shoal, startShoal } from "../../local/shoal.ts";
import { inBrowser } from "./in-browser.ts";

const segment = Buffer.alloc(200_000, "a segment of a stream ");

inBrowser("the tracker's clients in Chromium", (browser) => {
  let shoal: Shoal;
  let pages: Server;
  let segmentsServed = 0;

  beforeAll(async () => {
    shoal = await startShoal({
      host: "127.0.0.1",
      port: 0,
      streamKey: "not-used-by-this-test",
      withChannel: false,
      isOpenTracker: true,
    });
    const script = await bundle();
    pages = createServer(({ url }, response) => {
      if (url === "/segment") segmentsServed++;
      if (url === "/segment") return response.end(segment);
      if (url === "/clients.js")
        return response.writeHead(200, { "content-type": "text/javascript" }).end(script);
      return response
        .writeHead(200, { "content-type": "text/html" })
        .end('<script src="/clients.js"></script>');
    });
    await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    pages.closeAllConnections();
    pages.close();
    await shoal.stop();
  });

  /** A page in its own browser context, with a client named `it` that this expression constructs. */
  async function pageWith(client: string): Promise<Page> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(`http://localhost:${(pages.address() as AddressInfo).port}/`);
    await page.evaluate(`globalThis.it = new ${client}; undefined`);
    return page;
  }

  test("bittorrent-tracker's client meets another, talks, completes, scrapes and stops", async () => {
    const client = (peer: string) =>
      pageWith(
        `clients.PlainClient("${shoal.trackerUrl}", "${hex("a swarm \u00ff\u0000")}", "${hex(peer)}")`,
      );
    const [ann, bob] = [await client("ann"), await client("bob")];
    expect(await ann.evaluate('it.tell("start")')).toMatchObject({ complete: 0, incomplete: 1 });
    expect(await bob.evaluate('it.tell("start")')).toMatchObject({ complete: 0, incomplete: 2 });
    await expect.poll(() => ann.evaluate("it.peers"), { timeout: 20_000 }).toBe(1);
    await expect.poll(() => bob.evaluate("it.peers"), { timeout: 20_000 }).toBe(1);
    await ann.evaluate('it.say("hello")');
    await expect.poll(() => bob.evaluate("it.heard")).toEqual(["hello"]);
    expect(await bob.evaluate('it.tell("complete")')).toMatchObject({ complete: 1, incomplete: 1 });
    expect(await ann.evaluate("it.scrape()")).toMatchObject({ complete: 1, incomplete: 1 });
    expect(await bob.evaluate('it.tell("stop")')).toMatchObject({ complete: 0, incomplete: 1 });
  });

  test("p2p-media-loader downloads a segment from the peer that the tracker introduced, not from the server", async () => {
    const engine = (peerTimeoutMs: number) =>
      pageWith(`clients.Engine("${shoal.trackerUrl}", "a channel", ${peerTimeoutMs})`);
    const ann = await engine(0);
    expect(await ann.evaluate("it.load()")).toBe(segment.length);
    expect(await ann.evaluate("it.segmentFrom")).toBe("http");
    const bob = await engine(20_000);
    expect(await bob.evaluate("it.load()")).toBe(segment.length);
    expect(await bob.evaluate("it.segmentFrom")).toBe("p2p");
    expect(await bob.evaluate("it.peers")).toBe(1);
    expect(segmentsServed).toBe(1);
  });

  test("WebTorrent passes a file from one page to another", async () => {
    const [seeder, fetcher] = [await pageWith("clients.Torrents()"), await pageWith("clients.Torrents()")];
    const text = "a file of some length ".repeat(5000);
    const magnet = await seeder.evaluate(`it.seed(${JSON.stringify(text)}, "${shoal.trackerUrl}")`);
    expect(await fetcher.evaluate(`it.fetch("${magnet}", "${shoal.trackerUrl}")`)).toBe(text);
  });
});

/** The page's script, with the clients' browser builds. */
async function bundle(): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [inPages("tracker-clients.ts")],
    bundle: true,
    write: false,
    format: "iife",
    conditions: ["p2pml:core-as-bundle"],
    plugins: [patchedCore],
    alias: {
      "webrtc-polyfill": inPages("webrtc.ts"),
      events: "bare-events",
    },
    define: { global: "globalThis", "process.browser": "true" },
  });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

function inPages(file: string): string {
  return new URL(`../pages/${file}`, import.meta.url).pathname;
}

/** Twenty bytes in hexadecimal. */
function hex(name: string): string {
  return Buffer.from(name.padEnd(20, "-"), "latin1").toString("hex");
}
