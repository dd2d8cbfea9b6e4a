/** What comes in, and the programme as viewers see it. */

import { ask } from "./api.ts";
import { element, field } from "./page.ts";
import { keepLooking } from "./polling.ts";
import type { Section } from "./section.ts";

export const picturesSection: Section = {
  id: "pictures",
  async open(onWord) {
    field("programme-show").addEventListener("click", toggleProgramme);
    await look();
    keepLooking(look, (error) => onWord(error.message));
  },
};

async function look(): Promise<void> {
  const { base64 } = await ask<{ base64: string | null }>("GET", "thumbnail/0");
  const shown = field<HTMLImageElement>("thumbnail");
  const before = shown.src;
  shown.hidden = base64 === null;
  field("thumbnail-none").hidden = base64 !== null;
  if (base64 === null) return;
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  shown.src = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
  if (before !== "") URL.revokeObjectURL(before);
}

/** The frame that other sites embed. It takes nothing from viewers, and gives them nothing: it is no audience. */
function toggleProgramme(): void {
  const button = field("programme-show");
  const isShown = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isShown));
  button.textContent = isShown ? "Show the programme" : "Hide the programme";
  const frame = element("iframe", {
    src: "/embed.html?muted=1&sharing=off",
    title: "The programme, muted",
    allow: "autoplay; fullscreen",
  });
  field("programme").replaceChildren(...(isShown ? [] : [frame]));
}
