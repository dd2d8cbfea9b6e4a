/** Plays by the browser's own HLS player, for browsers without Media Source Extensions, such as old iPhones. */

import type { Tickets } from "./tickets.ts";

/**
 * Sets the element's source. That player can't change its address while it plays, so it gets a ticket that lasts.
 * `onRefused` is told when there is none. Returns the function that ends it.
 */
export function playBySystem(
  video: HTMLVideoElement,
  hls: string,
  tickets: Tickets | undefined,
  onRefused: (error: unknown) => void,
): () => void {
  const ending = new AbortController();
  const set = (address: string) => {
    if (!ending.signal.aborted) video.src = address;
  };
  if (tickets) tickets.lasting(hls).then(set, onRefused);
  else set(hls);
  return () => {
    ending.abort();
    video.removeAttribute("src");
    video.load();
  };
}
