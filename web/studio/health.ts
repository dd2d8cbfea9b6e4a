/** How the stream comes in: each finding with what was measured, what is recommended, and where to set it in OBS. */

import type { Health, KnownFinding } from "../../functions/record/show.ts";
import { ask } from "./api.ts";
import { healthWords, inOrder, SEVERITY_WORDS, unjudgedWords } from "./health-words.ts";
import { element, field, write } from "./page.ts";
import { keepLooking } from "./polling.ts";
import type { Section } from "./section.ts";

export const healthSection: Section = {
  id: "health",
  async open(onWord) {
    await look();
    keepLooking(look, (error) => onWord(error.message));
  },
};

let shown = "";

async function look(): Promise<void> {
  const health = await ask<Health | null>("GET", "health");
  const words = healthWords(health, Date.now());
  const state = JSON.stringify([words, health?.findings]);
  // What hasn't changed isn't read aloud again.
  if (state === shown) return;
  shown = state;
  field("health-word").textContent = words;
  write("health-unjudged", unjudgedWords(health));
  const findings = health?.findings ?? [];
  const isSeveral = new Set(findings.map(({ pipeline }) => pipeline)).size > 1;
  field("findings").replaceChildren(...inOrder(findings).map((finding) => itemOf(finding, isSeveral)));
}

function itemOf(finding: KnownFinding, isSeveral: boolean): HTMLElement {
  const { severity, measured, recommended, inObs, since, pipeline } = finding;
  const title = element("p", { className: "measured" }, [
    element("strong", {}, [SEVERITY_WORDS[severity]]),
    ` ${isSeveral ? `Encoder ${Number(pipeline) + 1}: ` : ""}${measured}`,
  ]);
  const rows = [
    ["Recommended", recommended],
    ["In OBS", inObs],
    ["Since", new Date(since).toLocaleTimeString()],
  ].filter(([, text]) => text !== "");
  const list = rows.flatMap(([name = "", text = ""]) => [
    element("dt", {}, [name]),
    element("dd", {}, [text]),
  ]);
  return element("li", { className: severity }, [title, element("dl", {}, list)]);
}
