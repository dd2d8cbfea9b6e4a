/** Which key asks the player for what: the keys that viewers know from other players, less those that a live stream has no use for. */

/** What the player's controls are asked for. */
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

/** The keys in the order in which help lists them. */
export const keyHelp: readonly (readonly [keys: string, action: string])[] = [
  ["Space, K", "play or pause"],
  ["M", "sound on or off"],
  ["↑ ↓", "louder, softer"],
  ["← →, J L", "back or forward 10 s"],
  ["End, 0", "jump to live"],
  ["F", "full screen"],
  ["P", "picture in picture"],
  ["I", "this panel"],
];

const actions: Record<string, KeyAction> = {
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

/** What sliders do by these keys, in the steps of the rest of the player: a hundredth of four hours is no step. */
const seekBarActions: Record<string, KeyAction> = {
  ...actions,
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

/** What has the focus: nothing in particular, a thing that a key presses, the bar to rewind by, or one that uses more keys itself. */
export type Focus = "none" | "button" | "seek-bar" | "keys-of-its-own";

/** The action of a key, or null where the key belongs to the browser or to what has the focus. */
export function keyAction(press: KeyPress, focus: Focus): KeyAction | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  const key = press.key.toLowerCase();
  if (focus === "keys-of-its-own") return null;
  if (focus === "button" && key === " ") return null;
  return (focus === "seek-bar" ? seekBarActions : actions)[key] ?? null;
}
