/**
 * The notice on sharing, for pages whose player isn't Shoal's own. Where a deployment has its viewers told or asked, they
 * share nothing on such a page until it has put the notice somewhere.
 */

import type { SharingChoice } from "../policy/sharing-choice.ts";

const choices = new WeakMap<object, SharingChoice>();

/** Remembers whose choice a session, or the `sharing` of a player, follows. */
export function rememberChoice(sharing: object, choice: SharingChoice): void {
  choices.set(sharing, choice);
}

/**
 * Puts the notice into `container` while the viewer has to be told or asked. `sharing` is a session, `hls.sharing`, or
 * what `shareShaka` returned. Returns a function that takes the notice away.
 */
export function sharingNotice(container: HTMLElement, sharing: object): () => void {
  const choice = choices.get(sharing);
  if (!choice) throw new Error("sharingNotice takes a session, or the `sharing` of a player.");
  const ended = new AbortController();
  import("../ui/notice/notice-host.ts")
    .then(({ hostNotice }) => {
      if (!ended.signal.aborted) ended.signal.addEventListener("abort", hostNotice(container, choice));
    })
    .catch((error: unknown) =>
      console.warn("The notice on sharing can't be shown, so nothing is shared:", error),
    );
  return () => ended.abort();
}
