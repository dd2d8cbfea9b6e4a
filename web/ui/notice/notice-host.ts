/** The notice on sharing outside of Shoal's player: an element of its own, wherever a page wants it. */

import type { SharingChoice } from "../../policy/sharing-choice.ts";
import { adoptStyles } from "../shadow-root.ts";
import { promptWhenDue } from "./prompt.ts";

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

/** Shows the notice in `container` whenever it is due. Returns a function that ends it. */
export function hostNotice(container: HTMLElement, choice: SharingChoice): () => void {
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
