/** The sharing panel's elements: the sharing mode, the chart, the stats and the keys. */

import type { SharingMode } from "../../policy/allowance.ts";
import { closeIcon } from "../icons.ts";
import { KEY_HELP } from "../keys.ts";

/** The panel's stats and their labels. */
const ROWS = [
  ["peersNow", "Connected peers"],
  ["shareFromPeers", "Share from peers"],
  ["bytesFromPeers", "Downloaded from peers"],
  ["bytesFromCdn", "Downloaded from CDN"],
  ["bytesToPeers", "Uploaded to peers"],
  ["delaySeconds", "Delay"],
  ["bufferSeconds", "Buffer"],
  ["quality", "Quality"],
  ["stalls", "Stalls"],
] as const;

export type PanelRow = (typeof ROWS)[number][0];

const MODES = [
  ["on", "On"],
  ["leech", "Download only"],
  ["off", "Off"],
] as const satisfies readonly (readonly [SharingMode, string])[];

const modeInputs = MODES.map(
  ([mode, label]) =>
    `<label><input type="radio" name="sharing" value="${mode}"><span>${label}</span></label>`,
);
const statRows = ROWS.map(
  ([row, label]) => `<div><dt>${label}</dt><dd><data id="${row}" value="">–</data></dd></div>`,
);
const keyRows = KEY_HELP.map(([keys, action]) => `<div><dt>${keys}</dt><dd>${action}</dd></div>`);

export const panelMarkup = `
<aside id="panel" aria-label="Sharing" hidden>
  <header>
    <h2>Sharing</h2>
    <button type="button" id="close-panel" aria-label="Close the panel">${closeIcon}</button>
  </header>
  <fieldset id="sharing">
    <legend>Share with other viewers</legend>
    <div>${modeInputs.join("")}</div>
    <p></p>
  </fieldset>
  <p id="address"></p>
  <p id="guard" role="status"></p>
  <label id="reports"><input type="checkbox"><span>Report how playback goes, without a name or address</span></label>
  <figure id="chart"><figcaption>Mbit/s over the last minute</figcaption></figure>
  <dl>${statRows.join("")}</dl>
  <details>
    <summary>Keys</summary>
    <dl>${keyRows.join("")}</dl>
  </details>
</aside>`;
