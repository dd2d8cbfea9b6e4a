/** Shows the notice on sharing once a viewer has to be told or asked. Only then is its code loaded. */

import type { SharingChoice } from "../../policy/sharing-choice.ts";
import { adoptStyles } from "../shadow-root.ts";

/** `place` is the element that the notice goes to the top of. Returns a function that ends it. */
export function promptWhenDue(root: ShadowRoot, place: HTMLElement, choice: SharingChoice): () => void {
  const ended = new AbortController();
  let isShown = false;
  let areStylesAdopted = false;
  const show = async () => {
    if (isShown || choice.prompt === null) return;
    isShown = true;
    const { noticeStyles, showNotice } = await import("./notice.ts");
    if (!areStylesAdopted) adoptStyles(root, noticeStyles);
    areStylesAdopted = true;
    if (!ended.signal.aborted) await showNotice(place, choice, ended.signal);
    isShown = false;
  };
  const stop = choice.watch(() => {
    show().catch((error: unknown) => {
      console.warn("The notice on sharing can't be shown, so nothing is shared:", error);
    });
  });
  ended.signal.addEventListener("abort", stop);
  return () => ended.abort();
}
