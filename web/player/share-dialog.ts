/** The dialog that shows the stream's link and embed code, and copies them. */

import { part } from "./part.ts";
import { shareCodes } from "./share-codes.ts";

export function offerCodes(root: ShadowRoot, hls: string): void {
  const dialog = part<HTMLDialogElement>(root, "#share");
  const said = part<HTMLElement>(dialog, "output");
  for (const [name, code] of Object.entries(shareCodes(hls))) {
    const field = part<HTMLTextAreaElement>(dialog, `textarea[name=${name}]`);
    field.value = code;
    field.addEventListener("focus", () => field.select());
    part(dialog, `button[name=${name}]`).addEventListener("click", () => void copy(field, said));
  }
  part(root, "#share-button").addEventListener("click", () => {
    said.textContent = "";
    dialog.showModal();
  });
  part(dialog, "button[name=close]").addEventListener("click", () => dialog.close());
  // A click beside the dialog is one on its backdrop, which counts as the dialog itself.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

/** A frame may be forbidden to write to the clipboard; then the text is selected, and the viewer copies it. */
async function copy(field: HTMLTextAreaElement, said: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(field.value);
    said.textContent = "Copied.";
  } catch {
    field.focus();
    field.select();
    said.textContent = "Selected: copy it with Ctrl+C, or ⌘C.";
  }
}
