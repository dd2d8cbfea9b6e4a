import { afterEach, expect, test } from "vitest";
import type { Shoal } from "../../local/shoal.ts";
import { type Publication, Publisher } from "../stack/publishing/publication.ts";
import { inBrowser } from "./in-browser.ts";
import { startStack, streamKey } from "./stack.ts";
import { type FrameColour, Viewer } from "./viewer.ts";

// Plain colours as Y, Cb and Cr.
const red = [81, 90, 240] as const;
const blue = [41, 240, 110] as const;

inBrowser("a viewer who stays on the page", (browser) => {
  let shoal: Shoal;
  let viewer: Viewer;
  let publisher: Publisher | undefined;

  afterEach(async () => {
    await publisher?.kill();
    publisher = undefined;
    await viewer.close();
    await shoal.stop();
  });

  async function watch(testCard: boolean): Promise<void> {
    shoal = await startStack({ testCard });
    viewer = await Viewer.open(browser, shoal.url);
  }

  function publish(colour: NonNullable<Publication["video"]>["colour"]): void {
    publisher = new Publisher({
      url: `rtmp://127.0.0.1:${shoal.ingestPort}/live/${streamKey}`,
      video: { codec: "h264", width: 640, height: 360, colour },
      audio: { codec: "aac" },
    });
  }

  const sees = (colour: FrameColour) =>
    expect.poll(() => viewer.frameColour(), { timeout: 60_000 }).toBe(colour);

  test("sees the test card, the publisher when one arrives, and the test card again when it leaves", async () => {
    await watch(true);
    await sees("something else");
    publish(red);
    await sees("red");
    await publisher?.kill();
    await sees("something else");
    await viewer.plays();
    expect(viewer.crashes).toEqual([]);
  });

  test("reads that the stream hasn't started, sees it start, and sees it return", async () => {
    await watch(false);
    await expect
      .poll(() => viewer.notice(), { timeout: 20_000 })
      .toMatch(/hasn't started.*starts automatically/);
    publish(red);
    await sees("red");
    expect(await viewer.notice()).toBe("");
    await publisher?.kill();
    publish(blue);
    await sees("blue");
    expect(viewer.crashes).toEqual([]);
  });
});
