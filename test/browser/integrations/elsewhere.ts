/** Stricter pages: one with a content security policy, one with signed addresses, and one of another origin. */

import type { Browser } from "playwright-core";
import { expect, test } from "vitest";
import { closeAll, ExampleViewer, openAll, untilShared } from "./example-viewer.ts";
import type { Site } from "./site.ts";

const page = (script: string) => `<!doctype html>
<video muted autoplay playsinline></video>
<output>0</output>
<script type="module" nonce="once">
  import { playStream, readStream } from "https://live.example.com/module/shoal.js";
  ${script}
  playStream(document.querySelector("video"), stream).watchStats(({ bytesFromPeers }) => {
    document.querySelector("output").value = bytesFromPeers;
  });
</script>`;

export function testElsewhere(browser: Browser, site: Site): void {
  test("a page with a strict content security policy plays and shares without violating it", async () => {
    const live = site.deployment;
    const policy = [
      "default-src 'none'",
      `script-src 'nonce-once' ${live}`,
      `connect-src ${live} ${live.replace("http", "ws")}`,
      "media-src blob:",
    ].join("; ");
    const script = 'const stream = await readStream("https://live.example.com");';
    const address = site.put("strict.html", page(script), { "content-security-policy": policy });
    const viewers = await openAll(browser, address, address);
    try {
      await untilShared(...viewers);
      expect(viewers.flatMap(({ errors }) => errors)).toEqual([]);
    } finally {
      await closeAll(viewers);
    }
  });

  test("viewers with different tokens share, and each requests everything with its own", async () => {
    const script = `
      const plain = await readStream("https://live.example.com");
      const stream = { ...plain, hls: plain.hls + location.search };`;
    const address = site.put("signed.html", page(script));
    const viewers = await openAll(browser, `${address}?token=one`, `${address}?token=two`);
    try {
      await untilShared(...viewers);
      for (const [index, token] of ["one", "two"].entries()) {
        const requested = viewers[index]?.requests.filter((request) => request.includes("/out/")) ?? [];
        expect(requested.length).toBeGreaterThan(5);
        expect(requested.filter((request) => !request.endsWith(`?token=${token}`))).toEqual([]);
        expect(requested.filter((request) => !request.includes("/t/"))).toEqual([]);
      }
    } finally {
      await closeAll(viewers);
    }
  });

  test("a page of an origin that the deployment doesn't list can't fetch the stream", async () => {
    const stranger = site.put(
      "stranger.html",
      page('const stream = await readStream("https://live.example.com");'),
    );
    const viewer = await ExampleViewer.open(browser, stranger.replace("127.0.0.1", "localhost"));
    try {
      await expect.poll(() => viewer.errors.join("\n")).toContain("CORS");
      expect(await viewer.position()).toBe(0);
    } finally {
      await viewer.close();
    }
  });
}
