/** Defines the elements of the controls: Media Chrome's, and its rendition menu with the names that viewers know. */

import "media-chrome/dist/media-controller.js";
import "media-chrome/dist/media-control-bar.js";
import "media-chrome/dist/media-fullscreen-button.js";
import "media-chrome/dist/media-live-button.js";
import "media-chrome/dist/media-loading-indicator.js";
import "media-chrome/dist/media-mute-button.js";
import "media-chrome/dist/media-pip-button.js";
import "media-chrome/dist/media-play-button.js";
import "media-chrome/dist/media-volume-range.js";
import "media-chrome/dist/menu/media-chrome-menu-item.js";
import "media-chrome/dist/menu/media-rendition-menu-button.js";
import { MediaRenditionMenu } from "media-chrome/dist/menu/media-rendition-menu.js";
import { getMediaController } from "media-chrome/dist/utils/element-utils.js";
import type { LiveMedia } from "../live-media.ts";

class QualityMenu extends MediaRenditionMenu {
  override formatRendition({ id }: { id?: string }): string {
    const media = getMediaController(this)?.media as LiveMedia | null | undefined;
    return media?.videoRenditions?.nameOf(id) ?? "";
  }
}

// A second copy of this script on the page finds the elements defined already.
if (!customElements.get("shoal-quality-menu")) customElements.define("shoal-quality-menu", QualityMenu);
