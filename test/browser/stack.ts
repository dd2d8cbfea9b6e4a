/** Starts all of Shoal for browser tests, with small video: the encoder and every viewer share two cores. */

import { buildPages, pagesAreStale } from "../../build/pages.ts";
import { type Shoal, type ShoalOptions, startShoal } from "../../local/shoal.ts";

export const streamKey = "browser-tests";

export async function startStack(options: Partial<ShoalOptions> = {}): Promise<Shoal> {
  if (await pagesAreStale()) await buildPages();
  return await startShoal({
    host: "127.0.0.1",
    port: 0,
    streamKey,
    renditions: ["360p"],
    ...options,
    // One of fifty viewers wouldn't share, and a test that waits for it would fail.
    parameters: { SharingControl: "0", ...options.parameters },
  });
}

/** Seconds of media in the stream's playlist. */
export async function playlistSeconds({ hlsUrl }: Shoal): Promise<number> {
  const [rendition = ""] = (await text(hlsUrl)).match(/^[^#\n].*$/m) ?? [];
  const segments = (await text(new URL(rendition, hlsUrl))).matchAll(/^#EXTINF:([\d.]+)/gm);
  return [...segments].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

async function text(address: string | URL): Promise<string> {
  return (await fetch(address)).text();
}
