/** The sharing panel: lets the viewer choose the sharing mode, and shows the stats and the chart. */

import type { LiveSession } from "../../playback/session.ts";
import type { Stats } from "../../playback/stats.ts";
import type { Allowance, SharingMode } from "../../policy/allowance.ts";
import type { Policy } from "../../policy/policy.ts";
import { keepPreferences, readPreferences, type Storage } from "../../policy/preferences.ts";
import { addressWords } from "../notice/notice-words.ts";
import { bitRate, qualityName } from "../quality-names.ts";
import { adoptStyles, find } from "../shadow-root.ts";
import { allowanceWords, canChoose, guardWords, signatureWords, thresholdWords } from "./allowance-words.ts";
import type { TrafficChart } from "./chart.ts";
import { type PanelRow, panelMarkup } from "./markup.ts";
import panelStyles from "./panel.css" with { type: "text" };
import { bytesText, peersText, secondsText, shareText, stallsText } from "./stats-text.ts";
import { TrafficHistory } from "./traffic.ts";

const CHART_SECONDS = 60;

export interface PanelOptions {
  root: ShadowRoot;
  session: LiveSession;
  policy: Policy;
  /** Remembers whether the panel is open. */
  storage: Storage | null;
  /** Called when the viewer chooses a sharing mode. */
  onChoice(mode: SharingMode): void;
}

export class Panel {
  readonly #options: PanelOptions;
  readonly #panel: HTMLElement;
  readonly #button: HTMLElement;
  readonly #history = new TrafficHistory(CHART_SECONDS);
  #isDestroyed = false;
  #loadingChart: Promise<void> | undefined;
  #chart: TrafficChart | undefined;

  constructor(options: PanelOptions) {
    const { root, policy, onChoice } = options;
    this.#options = options;
    adoptStyles(root, panelStyles);
    find(root, "#player").insertAdjacentHTML("beforeend", panelMarkup);
    this.#panel = find(root, "#panel");
    this.#button = find(root, "#panel-button");
    this.#button.addEventListener("click", () => this.toggle());
    find(root, "#close-panel").addEventListener("click", () => this.#closeAndFocusButton());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#closeAndFocusButton();
    });
    find(root, "#address").textContent = addressWords(policy.reach);
    find(root, "#sharing").addEventListener("change", (event) => {
      onChoice((event.target as HTMLInputElement).value as SharingMode);
    });
    const preferences = readPreferences(options.storage);
    const reports = find<HTMLInputElement>(root, "#reports input");
    reports.checked = preferences.reports;
    reports.addEventListener("change", () => keepPreferences(options.storage, { reports: reports.checked }));
    this.#show(preferences.panelOpen);
  }

  /** Opens the panel, or closes it; by default the other way from how it is. */
  toggle(panelOpen = this.#panel.hidden !== false): void {
    this.#show(panelOpen);
    keepPreferences(this.#options.storage, { panelOpen });
  }

  showAllowance(allowance: Allowance): void {
    const fieldset = find<HTMLFieldSetElement>(this.#panel, "#sharing");
    fieldset.disabled = !canChoose(allowance);
    for (const input of fieldset.querySelectorAll("input")) {
      input.checked = input.value === allowance.mode;
    }
    find(fieldset, "p").textContent = allowanceWords(allowance);
  }

  showStats(stats: Stats): void {
    this.#history.add(performance.now() / 1000, stats);
    find(this.#options.root, "#summary").textContent = summary(stats);
    if (this.#panel.hidden) return;
    const write = (row: PanelRow, value: number | null, text: string) => {
      const data = find<HTMLDataElement>(this.#panel, `#${row}`);
      // Scripts that read the page get the exact value, viewers the rounded one.
      data.value = value === null ? "" : `${value}`;
      data.textContent = text;
    };
    write("peersNow", stats.peersNow, peersText(stats.peersNow, stats.peersEver));
    write("shareFromPeers", stats.shareFromPeers, shareText(stats.shareFromPeers));
    write("bytesFromPeers", stats.bytesFromPeers, bytesText(stats.bytesFromPeers));
    write("bytesFromCdn", stats.bytesFromCdn, bytesText(stats.bytesFromCdn));
    write("bytesToPeers", stats.bytesToPeers, bytesText(stats.bytesToPeers));
    write("delaySeconds", stats.delaySeconds, secondsText(stats.delaySeconds));
    write("bufferSeconds", stats.bufferSeconds, secondsText(stats.bufferSeconds));
    write("quality", stats.qualityIndex, this.#qualityText(stats.qualityIndex));
    write("stalls", stats.stalls, stallsText(stats.stalls, stats.stalledSeconds));
    const { session, policy } = this.#options;
    const { mode } = session;
    const waiting = thresholdWords(mode, stats.swarmViewers, policy.above);
    this.#showGuard(waiting || guardWords(stats.guard, mode) || signatureWords(stats.signatures, mode));
    this.#chart?.show(this.#history.rates());
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#chart?.destroy();
  }

  // Screen readers read a status whenever it is written, so it is written only when it changes.
  #showGuard(words: string): void {
    const status = find(this.#panel, "#guard");
    if (status.textContent !== words) status.textContent = words;
  }

  // The focus would get lost with the panel, so it goes to the button that opens it again.
  #closeAndFocusButton(): void {
    this.toggle();
    this.#button.focus();
  }

  #show(open: boolean): void {
    this.#panel.hidden = !open;
    this.#button.setAttribute("aria-expanded", `${open}`);
    find(this.#options.root, "#player").toggleAttribute("data-panel-open", open);
    if (!open) return;
    this.showStats(this.#options.session.stats);
    this.#loadingChart ??= this.#loadChart();
  }

  async #loadChart(): Promise<void> {
    const loaded = await import("./chart.ts").catch((error: unknown) => {
      console.warn("The chart can't be loaded, so the panel shows only numbers:", error);
    });
    if (!loaded || this.#isDestroyed) return;
    this.#chart = new loaded.TrafficChart(find(this.#panel, "#chart"), CHART_SECONDS);
    this.#chart.show(this.#history.rates());
  }

  #qualityText(index: number | null): string {
    const { qualities } = this.#options.session;
    const quality = index === null ? undefined : qualities[index];
    return quality ? `${qualityName(quality, qualities)}, ${bitRate(quality.bitsPerSecond)}` : "–";
  }
}

function summary({ peersNow, shareFromPeers }: Stats): string {
  if (peersNow === 0) return "";
  return `${peersNow} ${peersNow === 1 ? "peer" : "peers"} · ${shareText(shareFromPeers)}`;
}
