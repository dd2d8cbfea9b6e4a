/** Everything around the video that can wait for the first frame: control bar, sharing panel, share dialog. */

import type { LiveSession } from "../../playback/session.ts";
import type { Storage } from "../../policy/preferences.ts";
import type { SharingChoice } from "../../policy/sharing-choice.ts";
import { Panel } from "../panel/panel.ts";
import { Rewind } from "../rewind/rewind.ts";
import { seekTo } from "../seeking.ts";
import { adoptStyles, find } from "../shadow-root.ts";
import { addShareDialog } from "../share/share-dialog.ts";
import controlsStyles from "./controls.css" with { type: "text" };
import { controlsMarkup } from "./markup.ts";
import "./media-elements.ts";
import { addUnmuteButton } from "./unmute-button.ts";

export interface ControlsOptions {
  session: LiveSession;
  choice: SharingChoice;
  /** Remembers whether the panel is open; null where the browser forbids storage. */
  storage: Storage | null;
  /** Address of the playlist that is shared by link. */
  hls: string;
}

export class Controls {
  readonly panel: Panel;
  readonly #rewind: Rewind;
  readonly #stops: (() => void)[];

  constructor(root: ShadowRoot, { session, choice, storage, hls }: ControlsOptions) {
    const player = find(root, "#player");
    const controller = find(root, "media-controller");
    const video = find<HTMLVideoElement>(root, "video");
    adoptStyles(root, controlsStyles);
    controller.insertAdjacentHTML("beforeend", controlsMarkup);
    // The panel and the error notice are beside the controller, so full screen has to include them.
    Object.assign(controller, { fullscreenElement: player });
    seekBySession(controller, session);
    addUnmuteButton(root, video);
    addShareDialog(root, hls);
    this.#rewind = new Rewind(root, video, session);
    this.panel = new Panel({
      root,
      session,
      policy: choice.policy,
      storage,
      onChoice: (mode) => choice.choose(mode),
    });
    this.#stops = [
      choice.watch((allowance) => this.panel.showAllowance(allowance)),
      session.watchStats((stats) => {
        this.panel.showStats(stats);
        this.#rewind.update();
      }),
    ];
  }

  destroy(): void {
    for (const stop of this.#stops) stop();
    this.panel.destroy();
    this.#rewind.destroy();
  }
}

/** Media Chrome would seek to the playlist's end, closer to live than other viewers are. The session knows better. */
function seekBySession(controller: HTMLElement, session: LiveSession): void {
  const replace = (request: string, seek: (event: Event) => void) =>
    controller.addEventListener(
      request,
      (event) => {
        event.stopImmediatePropagation();
        seek(event);
      },
      { capture: true },
    );
  replace("mediaseektoliverequest", () => session.jumpToLive());
  replace("mediaseekrequest", (event) => seekTo(session, (event as CustomEvent<number>).detail));
}
