/** The dialog that shows the stream's link and embed code, and copies them. */

import { closeIcon } from "../icons.ts";
import { adoptStyles, find } from "../shadow-root.ts";
import { shareCodes } from "./share-codes.ts";
import shareDialogStyles from "./share-dialog.css" with { type: "text" };

const FIELDS = [
  ["link", "Link", 1],
  ["iframe", "Embed code", 5],
] as const;

const markup = `
<dialog id="share-dialog" aria-labelledby="share-title">
  <header>
    <h2 id="share-title">Share this stream</h2>
    <button type="button" name="close" aria-label="Close">${closeIcon}</button>
  </header>
  ${FIELDS.map(([name, label, rows]) => `<label class="code">${label}<textarea name="${name}" readonly rows="${rows}"></textarea></label><button type="button" name="${name}">Copy</button>`).join("")}
  <output></output>
</dialog>`;

/** Adds the dialog for the stream whose playlist is at `hls`; the control bar's share button opens it. */
export function addShareDialog(root: ShadowRoot, hls: string): void {
  adoptStyles(root, shareDialogStyles);
  find(root, "#player").insertAdjacentHTML("beforeend", markup);
  const dialog = find<HTMLDialogElement>(root, "#share-dialog");
  const result = find(dialog, "output");
  for (const [name, code] of Object.entries(shareCodes(hls))) {
    const field = find<HTMLTextAreaElement>(dialog, `textarea[name=${name}]`);
    field.value = code;
    field.addEventListener("focus", () => field.select());
    find(dialog, `button[name=${name}]`).addEventListener("click", () => void copy(field, result));
  }
  find(root, "#share-button").addEventListener("click", () => {
    result.textContent = "";
    dialog.showModal();
  });
  find(dialog, "button[name=close]").addEventListener("click", () => dialog.close());
  // A click on the backdrop has the dialog itself as its target.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

/** Selects the text for the viewer to copy where a frame isn't allowed to write to the clipboard. */
async function copy(field: HTMLTextAreaElement, result: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(field.value);
    result.textContent = "Copied.";
  } catch {
    field.focus();
    field.select();
    result.textContent = "Press Ctrl+C or ⌘C to copy the selected text.";
  }
}
