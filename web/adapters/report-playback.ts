/** Reports how playback goes in a player that isn't Shoal's own. Loaded after the first frame. */

import type Hls from "hls.js";
import type { Events } from "hls.js";
import type shaka from "shaka-player";
import type { ReportedSession } from "../insights/report-session.ts";
import { ofLiveSession, reportWhenAllowed } from "../insights/report-when-allowed.ts";
import type { LiveSession } from "../playback/session.ts";
import type { Stream } from "../playback/stream.ts";
import { browserStorage, readPreferences } from "../policy/preferences.ts";
import type { Played } from "./begin-reports.ts";

/** Players around a video element, by what they put it into. */
const SURROUNDINGS = {
  ".plyr": "plyr",
  ".dplayer": "dplayer",
  ".video-js": "video.js",
  "media-player": "vidstack",
  "media-controller": "media-chrome",
  "[data-player]": "clappr",
};

/** Reports until `ended` is aborted. */
export function reportPlayback(
  { reportsTo: source, tickets }: Pick<Stream, "reportsTo" | "tickets">,
  { video, by, counted, choice }: Played,
  ended: AbortSignal,
): void {
  if (!source || !tickets) return;
  const { session, usual } = sessionOf(by, counted);
  const surrounding = Object.entries(SURROUNDINGS).find(([selector]) => video.closest(selector));
  const { firstFrameSeconds } = counted.stats;
  const startedAt = Date.now() - Math.round((firstFrameSeconds ?? 0) * 1000);
  reportWhenAllowed(
    { name: surrounding?.[1] ?? usual, video, session, tickets, source, startedAt, choice },
    { isSwitchedOn: () => readPreferences(browserStorage()).reports, destroyed: ended },
  );
}

function sessionOf(
  by: Played["by"],
  counted: Played["counted"],
): { session: ReportedSession; usual: string } {
  if ("levels" in by) return { session: ofHls(by as Hls, counted), usual: "hls.js" };
  if ("load" in by) return { session: ofShaka(by as shaka.Player, counted), usual: "shaka" };
  return { session: ofLiveSession(by as LiveSession), usual: "page" };
}

function ofHls(hls: Hls, counted: Played["counted"]): ReportedSession {
  return {
    get stats() {
      return counted.stats;
    },
    get bitsPerSecond() {
      return hls.levels[hls.currentLevel]?.bitrate ?? null;
    },
    error: null,
    on(_, listener) {
      const name = "hlsError" as Events.ERROR;
      const onError = (_event: string, { fatal, type }: { fatal: boolean; type: string }) => {
        if (fatal) listener({ kind: type === "networkError" ? "cdn-failing" : "media-broken" });
      };
      hls.on(name, onError);
      return () => hls.off(name, onError);
    },
  };
}

/** As Shaka numbers them: https://shaka-player-demo.appspot.com/docs/api/shaka.util.Error.html */
const CRITICAL = 2;
const MEDIA = 3;

function ofShaka(player: shaka.Player, counted: Played["counted"]): ReportedSession {
  return {
    get stats() {
      return counted.stats;
    },
    get bitsPerSecond() {
      return player.getVariantTracks().find(({ active }) => active)?.bandwidth ?? null;
    },
    error: null,
    on(event, listener) {
      const onError = (happened: unknown) => {
        const { detail } = happened as { detail: { severity: number; category: number } };
        if (detail.severity !== CRITICAL) return;
        listener({ kind: detail.category === MEDIA ? "media-broken" : "cdn-failing" });
      };
      player.addEventListener(event, onError);
      return () => player.removeEventListener(event, onError);
    },
  };
}
