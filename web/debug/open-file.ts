/** The page that opens a debug view's file. Nothing of it leaves the machine: the page's own policy forbids requests. */

import { MOST_BYTES, readDebugFile } from "./debug-file.ts";
import { DebugView } from "./view.ts";

const input = document.querySelector<HTMLInputElement>("#file");
const word = document.querySelector<HTMLElement>("#word");
const root = document.querySelector<HTMLElement>("#debug");

let view: DebugView | undefined;

input?.addEventListener("change", () => void open(input.files?.[0]));
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  void open(event.dataTransfer?.files[0]);
});

async function open(file: File | undefined): Promise<void> {
  if (!file || !root) return;
  try {
    if (file.size > MOST_BYTES) throw new Error("This file is too large to be a debug view's.");
    const read = readDebugFile(await file.text());
    view ??= new DebugView(root);
    view.show(read);
    root.hidden = false;
    say(`${file.name} is open.`);
  } catch (error) {
    root.hidden = true;
    say(error instanceof Error ? error.message : String(error));
  }
}

function say(words: string): void {
  if (word) word.textContent = words;
}
