/** The control bar's elements. The bar to rewind goes in front of its buttons, in rewind/. */

import { linkIcon, shareIcon } from "../icons.ts";

export const controlsMarkup = `
<media-loading-indicator slot="centered-chrome" noautohide></media-loading-indicator>
<media-play-button slot="centered-chrome" id="start" noautohide notooltip></media-play-button>
<media-control-bar>
  <media-play-button></media-play-button>
  <media-mute-button></media-mute-button>
  <media-volume-range></media-volume-range>
  <media-live-button>
    <svg slot="indicator" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4"/></svg>
    <span slot="text"><span class="at-live">Live</span><span class="behind">Go to live</span></span>
  </media-live-button>
  <span class="spacer"></span>
  <button type="button" id="panel-button" aria-expanded="false" aria-controls="panel" aria-label="Sharing panel">
    ${shareIcon}<span id="summary"></span>
  </button>
  <button type="button" id="share-button" aria-haspopup="dialog" aria-label="Link and embed code">${linkIcon}</button>
  <media-rendition-menu-button invoketarget="qualities"></media-rendition-menu-button>
  <media-pip-button></media-pip-button>
  <media-fullscreen-button></media-fullscreen-button>
</media-control-bar>
<shoal-quality-menu id="qualities" hidden anchor="auto"></shoal-quality-menu>`;
