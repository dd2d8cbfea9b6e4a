import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Shoal } from "../../local/shoal.ts";
import { brokenRulesOn } from "./accessibility.ts";
import { expectNothingToStickOut } from "./fitting.ts";
import { inBrowser } from "./in-browser.ts";
import { startStack } from "./stack.ts";
import { until } from "./until.ts";
import { Viewer } from "./viewer.ts";

// Each test goes on from where the one before it ended.
inBrowser("a private stream", (browser) => {
  let shoal: Shoal;
  let invited: Viewer;
  let knowing: Viewer;

  beforeAll(async () => {
    shoal = await startStack({ isPrivate: true, password: "correct horse" });
    const link = shoal.access.link();
    invited = await Viewer.open(browser, link);
  });
  afterAll(async () => {
    await Promise.all([invited?.close(), knowing?.close()]);
    await shoal?.stop();
  });

  const field = () => knowing.page.getByLabel("Password");
  const complaint = () => knowing.page.locator("#complaint");
  const peersOf = async (viewer: Viewer) => (await viewer.stats()).peersNow;

  test("asks for its password, on a narrow phone too, for everyone's eyes and ears, and nothing jumps", async () => {
    const small = { width: 320, height: 568 };
    knowing = await Viewer.open(browser, shoal.url, { viewport: small, isPhone: true });
    await field().waitFor();
    expect(await knowing.page.locator("video").count()).toBe(0);
    await expectNothingToStickOut(knowing, small);
    expect(await brokenRulesOn(knowing.page)).toEqual([]);

    const place = await field().boundingBox();
    await field().fill("wrong horse");
    await knowing.page.keyboard.press("Enter");
    await until(
      "it is refused",
      async () => (await complaint().textContent())?.includes("isn't the password") ?? false,
    );
    expect(await field().boundingBox()).toEqual(place);
    expect(await field().getAttribute("aria-invalid")).toBe("true");
  });

  test("plays for who knows it and for who has a link, and they share", async () => {
    await field().fill("correct horse");
    await knowing.page.getByRole("button", { name: "Watch" }).click();
    for (const viewer of [invited, knowing]) {
      await viewer.plays();
      await viewer.unfoldPanel();
    }
    await until(
      "one took video from the other",
      async () => {
        const both = await Promise.all([invited.stats(), knowing.stats()]);
        return both.some(({ bytesFromPeers }) => bytesFromPeers > 0);
      },
      60,
    );
    expect([...invited.crashes, ...knowing.crashes]).toEqual([]);
  });

  test("shows a stranger neither playlist, segment, signature nor swarm, who knows all the addresses", async () => {
    const playlist = await (await fetch(shoal.hlsUrl)).text();
    const [rendition = ""] = playlist.match(/^[^#\n].*$/m) ?? [];
    const media = new URL(rendition, shoal.hlsUrl);
    const [segment = ""] = (await (await fetch(media)).text()).match(/^[^#\n].*$/m) ?? [];
    const bare = (address: URL | string) => new URL(address).href.replace(/\/t\/[^/]+/, "");
    const config = (await (await fetch(`${shoal.url}config.json`)).json()) as {
      signatures: { path: string };
    };
    for (const address of [
      bare(shoal.hlsUrl),
      bare(media),
      bare(new URL(segment, media)),
      `${shoal.url.slice(0, -1)}${config.signatures.path}1`,
      `${shoal.url}ticket`,
    ])
      expect((await fetch(address)).status).toBe(401);
    const socket = new WebSocket(bare(shoal.trackerUrl.replace("ws", "http")).replace("http", "ws"));
    socket.on("error", () => {});
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(401);
  });

  test("is over within a minute for who was let in by a link, once it is revoked, and nobody shares with them", async () => {
    const since = performance.now();
    await shoal.access.revoke();
    await until(
      "the invited reads why",
      async () => (await invited.notice()).includes("isn't valid any more"),
      60,
    );
    await until(
      "nobody shares with them",
      async () => (await peersOf(invited)) + (await peersOf(knowing)) === 0,
      60,
    );
    expect(performance.now() - since).toBeLessThan(60_000);
    // Who knows the password has entered anew, and gets playlists.
    await knowing.page.waitForResponse((response) => response.url().includes(".m3u8") && response.ok());
    expect(await knowing.notice()).toBe("");
  });
});
