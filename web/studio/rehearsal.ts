/** The section that rehearses a show: says what it costs, starts it where it can, and shows how it goes and its verdict. */

import type { Point, RehearsalNow } from "../../functions/record/rehearsal.ts";
import { ask } from "./api.ts";
import { copy, element, field, write } from "./page.ts";
import { keepLooking } from "./polling.ts";
import { choiceWords, rehearsalWords } from "./rehearsal-words.ts";
import type { Section } from "./section.ts";

export const rehearsalSection: Section = {
  id: "rehearsal",
  async open(onWord) {
    const tell = (error: Error) => onWord(error.message);
    viewers().addEventListener("change", show);
    field("rehearsal-start").addEventListener("click", () => {
      const sent = { viewers: Number(viewers().value) };
      ask<RehearsalNow>("POST", "rehearsal", sent).then(take).catch(tell);
    });
    field("copy-rehearsal").addEventListener("click", () => void copy("Command", command(), onWord));
    const look = async () => take(await ask<RehearsalNow>("GET", "rehearsal"));
    await look();
    keepLooking(look, tell, () => shown.isUnderWay);
    // It counts down.
    setInterval(show, 1_000);
  },
};

let shown: RehearsalNow;

function take(now: RehearsalNow): void {
  shown = now;
  if (viewers().options.length === 0) offer(now.choices);
  show();
}

function offer(choices: RehearsalNow["choices"]): void {
  viewers().replaceChildren(
    ...choices.map(({ viewers }) => element("option", { value: String(viewers) }, [String(viewers)])),
  );
  viewers().selectedIndex = Math.min(1, choices.length - 1);
}

function show(): void {
  const choice = chosen();
  if (choice) write("rehearsal-cost", choiceWords(choice));
  write("rehearsal-command", command());
  field("rehearsal-here").hidden = !shown.canStart;
  field("rehearsal-elsewhere").hidden = shown.canStart;
  field<HTMLButtonElement>("rehearsal-start").disabled = shown.isUnderWay;
  write("rehearsal-word", rehearsalWords(shown, Date.now()));
  showPoints(shown.last?.points ?? []);
}

let shownPoints = "";

function showPoints(points: readonly Point[]): void {
  const state = JSON.stringify(points);
  if (state === shownPoints) return;
  shownPoints = state;
  field("rehearsal-points").replaceChildren(...points.map(itemOf));
}

function itemOf({ what, measured, isGood, change }: Point): HTMLElement {
  const title = element("p", { className: "measured" }, [
    element("strong", {}, [`${isGood ? "Good" : "To change"}: ${what}`]),
    ` ${measured}`,
  ]);
  return element("li", { className: isGood ? "good" : "warning" }, [
    title,
    ...(isGood ? [] : [element("p", {}, [change])]),
  ]);
}

function viewers(): HTMLSelectElement {
  return field<HTMLSelectElement>("rehearsal-viewers");
}

function chosen() {
  return shown.choices.find((choice) => String(choice.viewers) === viewers().value);
}

function command(): string {
  return chosen()?.command ?? "";
}
