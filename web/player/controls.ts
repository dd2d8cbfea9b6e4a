/** Defines the controls' elements: Media Chrome's, and a quality menu with names that viewers know. */

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
import type { LiveMedia } from "./live-media.ts";

class QualityMenu extends MediaRenditionMenu {
  override formatRendition({ id }: { id?: string }): string {
    const media = getMediaController(this)?.media as LiveMedia | null | undefined;
    return media?.videoRenditions?.nameOf(id) ?? "";
  }
}

// Two copies of the player on one page share the first one's elements.
if (!customElements.get("shoal-quality-menu")) customElements.define("shoal-quality-menu", QualityMenu);
