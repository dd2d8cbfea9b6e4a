/** The debug view of the viewer's page, with `?debug`: records what the player does from now on. */

import type { ConnectedPeer, EngineView } from "../engine/engine-view.ts";
import type { Player } from "../ui/player.ts";
import { type ConnectionStats, connectionStats, NO_STATS } from "./connection-stats.ts";
import type { DebugFile } from "./debug-file.ts";
import { DebugRecord } from "./debug-record.ts";
import { DebugView, element, labelled } from "./view.ts";

const REFRESH_MS = 1_000;

/** Puts the view at the end of `container`. */
export function debugPlayer(player: Player, container: HTMLElement): void {
  const { session } = player;
  const record = new DebugRecord({ at: performance.now(), epochMs: Date.now(), stats: player.stats });
  let engine: EngineView | null = null;
  session.observe((handled) => {
    engine = handled.engine;
    record.handled(handled, performance.now());
  });
  session.on("error", (error) =>
    record.note(error ? `Error: ${error.kind}, ${error.detail}` : "The error is over", performance.now()),
  );
  session.on("mode", (mode) => record.note(`Sharing is ${mode}`, performance.now()));

  const hold = labelled("Hold still");
  const save = element("button", { type: "button" }, "Save as a file");
  const root = element("section", { id: "debug" });
  root.setAttribute("aria-label", "Debug view");
  // An event's page has its title above.
  const heading = element(document.querySelector("h1") ? "h2" : "h1", {}, "Debug view");
  document.documentElement.classList.add("debugged");
  container.append(root);
  const opener = element("a", { href: "/debug" }, "Open a file");
  const view = new DebugView(root, { heading: [heading], controls: [hold.label, save, opener] });

  let shown: DebugFile | null = null;
  const refresh = async () => {
    if (hold.input.checked) return;
    const measured = await Promise.all((engine?.peers ?? []).map(measure));
    // What is saved is what is shown.
    if (hold.input.checked) return;
    if (engine) record.tracker(engine.trackerWords);
    const at = performance.now();
    record.measured(measured, at);
    shown = record.file({
      at,
      stats: player.stats,
      mode: session.mode,
      error: session.error?.kind ?? null,
      browser: navigator.userAgent,
    });
    if (!document.hidden) view.show(shown);
  };
  save.addEventListener("click", () => {
    if (shown) saveFile(shown);
  });
  setInterval(() => void refresh(), REFRESH_MS);
  void refresh();
}

async function measure(peer: ConnectedPeer): Promise<ConnectedPeer & { measured: ConnectionStats }> {
  // A connection that closes meanwhile has no statistics any more.
  const report = await peer.stats().catch(() => null);
  return { ...peer, measured: report ? connectionStats(report) : NO_STATS };
}

function saveFile(file: DebugFile): void {
  const href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
  const time = new Date(file.savedAt).toISOString().slice(0, 19).replaceAll(":", "-");
  element("a", { href, download: `shoal-debug-${time}.json` }).click();
  URL.revokeObjectURL(href);
}
