/** The panel that folds away: what is shared, with whom and how fast, and the switch for it. */

import type { Allowance } from "../sharing/allowance.ts";
import type { Figures } from "../sharing/figures.ts";
import type { LiveSession, SharingMode } from "../sharing/session.ts";
import { allowanceWords, canChoose } from "./allowance-words.ts";
import type { TrafficChart } from "./chart.ts";
import { bytesText, peersText, secondsText, shareText, stallsText } from "./figures-text.ts";
import type { PanelRow } from "./markup.ts";
import { part } from "./part.ts";
import { keepPreferences, readPreferences, type Storage } from "./preferences.ts";
import { bitRate, qualityName } from "./quality-names.ts";
import { TrafficHistory } from "./traffic.ts";

const chartSeconds = 60;

export interface PanelOptions {
  root: ShadowRoot;
  session: LiveSession;
  /** Where it is kept whether the panel is open. */
  storage: Storage | null;
  /** The viewer chose what to share. */
  onChoice(mode: SharingMode): void;
}

export class Panel {
  readonly #options: PanelOptions;
  readonly #panel: HTMLElement;
  readonly #button: HTMLElement;
  readonly #history = new TrafficHistory(chartSeconds);
  #isDestroyed = false;
  #loadingChart: Promise<void> | undefined;
  #chart: TrafficChart | undefined;

  constructor(options: PanelOptions) {
    const { root, onChoice } = options;
    this.#options = options;
    this.#panel = part(root, "#panel");
    this.#button = part(root, "#panel-button");
    this.#button.addEventListener("click", () => this.toggle());
    part(root, "#fold").addEventListener("click", () => this.#foldAndReturn());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#foldAndReturn();
    });
    part(root, "#sharing").addEventListener("change", (event) => {
      onChoice((event.target as HTMLInputElement).value as SharingMode);
    });
    this.#show(readPreferences(options.storage).panelOpen);
  }

  toggle(): void {
    const panelOpen = this.#panel.hidden !== false;
    this.#show(panelOpen);
    keepPreferences(this.#options.storage, { panelOpen });
  }

  showAllowance(allowance: Allowance): void {
    const fieldset = part<HTMLFieldSetElement>(this.#panel, "#sharing");
    fieldset.disabled = !canChoose(allowance);
    for (const input of fieldset.querySelectorAll("input")) {
      input.checked = input.value === allowance.mode;
    }
    part(fieldset, "p").textContent = allowanceWords(allowance);
  }

  showFigures(figures: Figures): void {
    this.#history.add(performance.now() / 1000, figures);
    part(this.#options.root, "#summary").textContent = summary(figures);
    if (this.#panel.hidden) return;
    const write = (row: PanelRow, value: number | null, text: string) => {
      const data = part<HTMLDataElement>(this.#panel, `#${row}`);
      // The exact value stands beside the rounded one, for whoever reads the page by machine.
      data.value = value === null ? "" : `${value}`;
      data.textContent = text;
    };
    write("peersNow", figures.peersNow, peersText(figures.peersNow, figures.peersEver));
    write("shareFromPeers", figures.shareFromPeers, shareText(figures.shareFromPeers));
    write("bytesFromPeers", figures.bytesFromPeers, bytesText(figures.bytesFromPeers));
    write("bytesFromCdn", figures.bytesFromCdn, bytesText(figures.bytesFromCdn));
    write("bytesToPeers", figures.bytesToPeers, bytesText(figures.bytesToPeers));
    write("delaySeconds", figures.delaySeconds, secondsText(figures.delaySeconds));
    write("bufferSeconds", figures.bufferSeconds, secondsText(figures.bufferSeconds));
    write("quality", figures.qualityIndex, this.#qualityText(figures.qualityIndex));
    write("stalls", figures.stalls, stallsText(figures.stalls, figures.stalledSeconds));
    this.#chart?.show(this.#history.rates());
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#chart?.destroy();
  }

  // Whoever folds the panel from inside finds the focus where the panel can be opened again.
  #foldAndReturn(): void {
    this.toggle();
    this.#button.focus();
  }

  #show(open: boolean): void {
    this.#panel.hidden = !open;
    this.#button.setAttribute("aria-expanded", `${open}`);
    part(this.#options.root, "#player").toggleAttribute("data-panel-open", open);
    if (!open) return;
    this.showFigures(this.#options.session.figures);
    this.#loadingChart ??= this.#loadChart();
  }

  async #loadChart(): Promise<void> {
    const loaded = await import("./chart.ts").catch((error: unknown) => {
      console.warn("The chart can't be loaded; the figures do without it:", error);
    });
    if (!loaded || this.#isDestroyed) return;
    this.#chart = new loaded.TrafficChart(part(this.#panel, "#chart"), chartSeconds);
    this.#chart.show(this.#history.rates());
  }

  #qualityText(index: number | null): string {
    const { qualities } = this.#options.session;
    const quality = index === null ? undefined : qualities[index];
    return quality ? `${qualityName(quality, qualities)}, ${bitRate(quality.bitsPerSecond)}` : "–";
  }
}

function summary({ peersNow, shareFromPeers }: Figures): string {
  if (peersNow === 0) return "";
  return `${peersNow} ${peersNow === 1 ? "peer" : "peers"} · ${shareText(shareFromPeers)}`;
}
