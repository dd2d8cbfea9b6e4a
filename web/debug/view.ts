/** The debug view: a viewer's record as a chart and tables, live or from a file. */

import { chartOf } from "./chart-rows.ts";
import styles from "./debug.css" with { type: "text" };
import type { DebugFile } from "./debug-file.ts";
import { drawChart, legend } from "./draw-chart.ts";
import {
  dutyTable,
  noteTable,
  peerTable,
  segmentTable,
  type Table,
  trackerTable,
  viewerTable,
} from "./tables.ts";

/** A live view is drawn each second. */
const FEW_SEGMENTS = 30;

const TABLES = [
  ["segments", "Segments, the newest first"],
  ["peers", "Peers"],
  ["duty", "Fetch duty"],
  ["tracker", "The tracker"],
  ["notes", "What happened"],
] as const;

interface Above {
  readonly heading?: readonly Node[];
  readonly controls?: readonly Node[];
}

export class DebugView {
  readonly #root: HTMLElement;
  readonly #audio = labelled("Audio's segments");
  readonly #all = labelled("All segments of the record");
  #shown: DebugFile | null = null;

  /** Fills `root`; a heading and controls may stand above what is shown. */
  constructor(root: HTMLElement, { heading = [], controls = [] }: Above = {}) {
    this.#root = root;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    for (const { input } of [this.#audio, this.#all]) input.addEventListener("change", () => this.#draw());
    root.classList.add("debug-view");
    root.replaceChildren(
      ...heading,
      element("p", { className: "controls" }, ...controls),
      element("dl", { id: "debug-viewer" }),
      element("h2", { id: "debug-chart-title" }, "Segments against their deadlines"),
      element("p", { className: "controls" }, this.#audio.label, this.#all.label),
      element("figure", {}, legend(), scrolled("chart", element("div", { id: "debug-chart" }))),
      ...TABLES.flatMap(([id, title]) => [
        element("h2", { id: `debug-${id}-title` }, title),
        scrolled(id, element("table", { id: `debug-${id}` })),
      ]),
    );
  }

  show(file: DebugFile): void {
    this.#shown = file;
    this.#draw();
  }

  #draw(): void {
    const file = this.#shown;
    if (!file) return;
    const most = this.#all.input.checked ? Number.POSITIVE_INFINITY : FEW_SEGMENTS;
    const terms = viewerTable(file).map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value)),
    );
    this.#find("viewer").replaceChildren(...terms);
    drawChart(this.#find("chart"), chartOf(file, this.#audio.input.checked ? "secondary" : "main", most));
    this.#fill("segments", segmentTable(file, 2 * most));
    this.#fill("peers", peerTable(file));
    this.#fill("duty", dutyTable(file));
    this.#fill("tracker", trackerTable(file));
    this.#fill("notes", noteTable(file));
  }

  #fill(id: string, { titles, rows, none }: Table): void {
    const row = (name: "th" | "td", cells: readonly string[]) =>
      element("tr", {}, ...cells.map((cell) => element(name, name === "th" ? { scope: "col" } : {}, cell)));
    const body = rows.length > 0 ? rows.map((cells) => row("td", cells)) : [row("td", [none])];
    this.#find(id).replaceChildren(
      ...(rows.length > 0 ? [element("thead", {}, row("th", titles))] : []),
      element("tbody", {}, ...body),
    );
  }

  #find(id: string): HTMLElement {
    const found = this.#root.querySelector<HTMLElement>(`#debug-${id}`);
    if (!found) throw new Error(`The debug view has no ${id}.`);
    return found;
  }
}

/** What is wider or longer than its place scrolls, also for who has only keys. */
function scrolled(id: string, content: HTMLElement): HTMLElement {
  const region = element("div", { className: "scrolled", tabIndex: 0, role: "region" }, content);
  region.setAttribute("aria-labelledby", `debug-${id}-title`);
  return region;
}

export function labelled(words: string) {
  const input = element("input", { type: "checkbox" });
  return { input, label: element("label", {}, input, ` ${words}`) };
}

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
