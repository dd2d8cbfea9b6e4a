/** The player's elements. Media Chrome's, which come after the first frame, lie still until they are defined. */

import type { SharingMode } from "../sharing/session.ts";
import { keyHelp } from "./keys.ts";

const icon = (path: string) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
const soundOff = icon(
  "M4 9v6h4l5 5V4L8 9H4Zm12.3 3 2.8-2.8-1.3-1.3-2.8 2.8-1 1.3 1 1.3 2.8 2.8 1.3-1.3L16.3 12Z",
);
const share = icon(
  "M18 16a3 3 0 0 0-2 .8l-7.1-4.1a3 3 0 0 0 0-1.4L16 7.2A3 3 0 1 0 15 5l.1.7L8 9.8a3 3 0 1 0 0 4.4l7.1 4.1-.1.7a3 3 0 1 0 3-3Z",
);
const fold = icon(
  "m6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4 6.4 5Z",
);

const link = icon(
  "M10.6 13.4a1 1 0 0 1 0 1.4l-2 2a3.5 3.5 0 0 1-5-5l3-3a3.5 3.5 0 0 1 5 0 1 1 0 1 1-1.4 1.4 1.5 1.5 0 0 0-2.2 0l-3 3a1.5 1.5 0 0 0 2.2 2.2l2-2a1 1 0 0 1 1.4 0Zm2.8-2.8a1 1 0 0 1 0-1.4l2-2a3.5 3.5 0 0 1 5 5l-3 3a3.5 3.5 0 0 1-5 0 1 1 0 1 1 1.4-1.4 1.5 1.5 0 0 0 2.2 0l3-3a1.5 1.5 0 0 0-2.2-2.2l-2 2a1 1 0 0 1-1.4 0Z",
);

/** Rows of the panel: the figure's name, and how it is called. */
const rows = [
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

export type PanelRow = (typeof rows)[number][0];

const modes = [
  ["on", "On"],
  ["leech", "Only take"],
  ["off", "Off"],
] as const satisfies readonly (readonly [SharingMode, string])[];

const panel = `
<aside id="panel" aria-label="Sharing" hidden>
  <header>
    <h2>Sharing</h2>
    <button type="button" id="fold" aria-label="Fold the panel">${fold}</button>
  </header>
  <fieldset id="sharing">
    <legend>What you allow</legend>
    <div>${modes.map(([mode, name]) => `<label><input type="radio" name="sharing" value="${mode}"><span>${name}</span></label>`).join("")}</div>
    <p></p>
  </fieldset>
  <figure id="chart"><figcaption>Mbit/s over the last minute</figcaption></figure>
  <dl>${rows.map(([row, name]) => `<div><dt>${name}</dt><dd><data id="${row}" value="">–</data></dd></div>`).join("")}</dl>
  <details>
    <summary>Keys</summary>
    <dl>${keyHelp.map(([keys, action]) => `<div><dt>${keys}</dt><dd>${action}</dd></div>`).join("")}</dl>
  </details>
</aside>`;

const codes = [
  ["link", "Link"],
  ["iframe", "Code for a page"],
] as const;

const shareDialog = `
<dialog id="share" aria-labelledby="share-title">
  <header>
    <h2 id="share-title">Pass it on</h2>
    <button type="button" name="close" aria-label="Close">${fold}</button>
  </header>
  ${codes.map(([code, name]) => `<label class="code">${name}<textarea name="${code}" readonly rows="${code === "link" ? 1 : 5}"></textarea></label><button type="button" name="${code}">Copy</button>`).join("")}
  <output></output>
</dialog>`;

export const playerMarkup = `
<div id="player">
  <button type="button" id="sound" hidden>${soundOff}<span>Tap for sound</span></button>
  <media-controller defaultstreamtype="live" noautoseektolive nohotkeys lang="en">
    <video slot="media" playsinline></video>
    <media-loading-indicator slot="centered-chrome" noautohide></media-loading-indicator>
    <media-play-button slot="centered-chrome" id="start" noautohide notooltip></media-play-button>
    <media-control-bar>
      <div id="rewind" hidden>
        <shoal-seek-bar><span slot="preview"></span></shoal-seek-bar>
        <span id="behind" aria-hidden="true"></span>
      </div>
      <media-play-button></media-play-button>
      <media-mute-button></media-mute-button>
      <media-volume-range></media-volume-range>
      <media-live-button>
        <svg slot="indicator" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4"/></svg>
        <span slot="text"><span class="at-live">Live</span><span class="behind">Go to live</span></span>
      </media-live-button>
      <span class="gap"></span>
      <button type="button" id="panel-button" aria-expanded="false" aria-controls="panel" aria-label="Sharing panel">
        ${share}<span id="summary"></span>
      </button>
      <button type="button" id="share-button" aria-haspopup="dialog" aria-label="Link and embed code">${link}</button>
      <media-rendition-menu-button invoketarget="qualities"></media-rendition-menu-button>
      <media-pip-button></media-pip-button>
      <media-fullscreen-button></media-fullscreen-button>
    </media-control-bar>
    <shoal-quality-menu id="qualities" hidden anchor="auto"></shoal-quality-menu>
  </media-controller>
  <div role="status"><div id="trouble" hidden><h2></h2><p></p><small aria-hidden="true"></small></div></div>
  ${panel}
  ${shareDialog}
</div>`;
