/** The section in which the event is edited. */

import type { EventDetails, Picture } from "../../functions/record/event-details.ts";
import { ask } from "./api.ts";
import { instantOf, localTimeOf } from "./local-time.ts";
import { field } from "./page.ts";
import type { Section } from "./section.ts";

export const eventSection: Section = { id: "event", open: (onWord) => new EventForm(onWord).open() };

class EventForm {
  readonly #pictures: Record<"poster" | "logo", Picture | null> = { poster: null, logo: null };

  constructor(onWord: (word: string) => void) {
    const form = field<HTMLFormElement>("event");
    form.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      this.#save().then(
        () => {
          dispatchEvent(new Event("event-saved"));
          onWord("Saved. It is on viewers' screens within ten seconds.");
        },
        (error: unknown) => onWord(error instanceof Error ? error.message : String(error)),
      );
    });
    for (const which of ["poster", "logo"] as const) {
      field(`${which}-none`).addEventListener("click", () => this.#take(which, null));
      field(which).addEventListener("change", () => {
        const [file] = field(which).files ?? [];
        if (file) this.#upload(which, file).catch((error: Error) => onWord(error.message));
      });
    }
  }

  /** Fills the form with what is set. */
  async open(): Promise<void> {
    const details = await ask<EventDetails | null>("GET", "event");
    if (!details) return;
    field("title").value = details.title;
    field<HTMLTextAreaElement>("description").value = details.description;
    field("starts").value = localTimeOf(details.startsAt);
    field("accent").value = details.colours.accent ?? "";
    field("background").value = details.colours.background ?? "";
    field("viewers").checked = details.showsViewers;
    for (const which of ["poster", "logo"] as const) this.#take(which, details[which]);
  }

  async #save(): Promise<void> {
    await ask("PUT", "event", {
      title: field("title").value,
      description: field<HTMLTextAreaElement>("description").value,
      startsAt: instantOf(field("starts").value),
      ...this.#pictures,
      colours: { accent: field("accent").value || null, background: field("background").value || null },
      showsViewers: field("viewers").checked,
      address: new URL("/", location.href).href,
    });
  }

  async #upload(which: "poster" | "logo", file: File): Promise<void> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    const picture = await ask<Picture>("POST", "pictures", { base64: btoa(binary) });
    // The page gives only pictures of the event as it is set, so this one is shown from here.
    this.#take(which, picture, URL.createObjectURL(file));
  }

  #take(which: "poster" | "logo", picture: Picture | null, source = `/pictures/${picture?.name}`): void {
    this.#pictures[which] = picture;
    const shown = field<HTMLImageElement>(`${which}-shown`);
    shown.hidden = picture === null;
    field(`${which}-none`).hidden = picture === null;
    if (picture) shown.src = source;
    else field(which).value = "";
  }
}
