/**
 * The notice on sharing, for pages whose player isn't Shoal's own. Where a deployment has its viewers told or asked, they
 * share nothing on such a page until it has put the notice somewhere.
 */

import type { SharingChoice } from "../policy/sharing-choice.ts";
import { promptWhenDue } from "../ui/notice/prompt.ts";
import { adoptStyles } from "../ui/shadow-root.ts";

const choices = new WeakMap<object, SharingChoice>();

/** Remembers whose choice a session, or the `sharing` of a player, follows. */
export function rememberChoice(sharing: object, choice: SharingChoice): void {
  choices.set(sharing, choice);
}

const styles = `
:host {
  --text: #f2f4f7;
  --border: rgb(255 255 255 / 16%);

  display: block;
  color: var(--text);
  font: 15px / 1.4 system-ui, sans-serif;
}

#place #notice {
  position: static;
}`;

/**
 * Puts the notice into `container` while the viewer has to be told or asked. `sharing` is what `playStream` or
 * `shareShaka` returned, a `session`, or `hls.sharing`. Returns a function that takes the notice away.
 */
export function sharingNotice(container: HTMLElement, sharing: object): () => void {
  const choice = choices.get(sharing);
  if (!choice) throw new Error("sharingNotice takes a session, or the `sharing` of a player.");
  const host = document.createElement("shoal-notice");
  const root = host.attachShadow({ mode: "open" });
  adoptStyles(root, styles);
  const place = document.createElement("div");
  place.id = "place";
  root.append(place);
  container.append(host);
  const stop = promptWhenDue(root, place, choice);
  return () => {
    stop();
    host.remove();
  };
}
