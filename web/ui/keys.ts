/** Maps keys to actions: the usual keys of video players, as far as they make sense for a live stream. */

/** Actions that Media Chrome carries out. */
export type MediaAction =
  | { do: "mute" | "fullscreen" | "picture-in-picture" }
  | { do: "volume"; change: number };

export type KeyAction =
  | MediaAction
  | { do: "play-or-pause" }
  | { do: "live" }
  | { do: "beginning" }
  | { do: "panel" }
  | { do: "seek"; seconds: number };

/** What the panel lists, in this order. */
export const KEY_HELP: readonly (readonly [keys: string, action: string])[] = [
  ["Space, K", "play or pause"],
  ["M", "mute or unmute"],
  ["↑ ↓", "volume up or down"],
  ["← →, J L", "back or forward 10 s"],
  ["End, 0", "jump to live"],
  ["F", "full screen"],
  ["P", "picture in picture"],
  ["I", "open or close this panel"],
];

const ACTIONS: Record<string, KeyAction> = {
  " ": { do: "play-or-pause" },
  k: { do: "play-or-pause" },
  m: { do: "mute" },
  f: { do: "fullscreen" },
  p: { do: "picture-in-picture" },
  i: { do: "panel" },
  end: { do: "live" },
  "0": { do: "live" },
  arrowup: { do: "volume", change: 0.05 },
  arrowdown: { do: "volume", change: -0.05 },
  arrowleft: { do: "seek", seconds: -10 },
  j: { do: "seek", seconds: -10 },
  arrowright: { do: "seek", seconds: 10 },
  l: { do: "seek", seconds: 10 },
};

/** The usual keys of sliders, but in the player's own steps: a hundredth of four hours would be too far. */
const SEEK_BAR_ACTIONS: Record<string, KeyAction> = {
  ...ACTIONS,
  arrowup: { do: "seek", seconds: 10 },
  arrowdown: { do: "seek", seconds: -10 },
  pageup: { do: "seek", seconds: 60 },
  pagedown: { do: "seek", seconds: -60 },
  home: { do: "beginning" },
};

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** What has the focus: nothing special, a button, the bar to rewind, or an element that handles keys itself. */
export type Focus = "none" | "button" | "seek-bar" | "handles-keys";

/** The action of a key; null if the key is for the browser or for the focused element. */
export function keyAction(press: KeyPress, focus: Focus): KeyAction | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  const key = press.key.toLowerCase();
  if (focus === "handles-keys") return null;
  if (focus === "button" && key === " ") return null;
  return (focus === "seek-bar" ? SEEK_BAR_ACTIONS : ACTIONS)[key] ?? null;
}
