import { expect, test } from "vitest";
import { keyAction } from "./keys.ts";

const press = (key: string, modifiers = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...modifiers,
});

test("the space bar pauses when nothing has the focus", () => {
  expect(keyAction(press(" "), "none")).toEqual({ do: "play-or-pause" });
});

test("the space bar presses the button that has the focus", () => {
  expect(keyAction(press(" "), "button")).toBeNull();
});

test("letters work while a button has the focus", () => {
  expect(keyAction(press("m"), "button")).toEqual({ do: "mute" });
});

test("caps lock makes no difference", () => {
  expect(keyAction(press("F"), "none")).toEqual({ do: "fullscreen" });
});

test("arrows are for the slider that has the focus", () => {
  expect(keyAction(press("ArrowLeft"), "handles-keys")).toBeNull();
});

test.each([
  ["ArrowLeft", { do: "seek", seconds: -10 }],
  ["ArrowUp", { do: "seek", seconds: 10 }],
  ["PageDown", { do: "seek", seconds: -60 }],
  ["Home", { do: "beginning" }],
  ["End", { do: "live" }],
])("%s on the bar to rewind does what it does on sliders", (key, action) => {
  expect(keyAction(press(key), "seek-bar")).toEqual(action);
});

test("the space bar pauses while the bar to rewind has the focus", () => {
  expect(keyAction(press(" "), "seek-bar")).toEqual({ do: "play-or-pause" });
});

test.each(["ctrlKey", "metaKey", "altKey"])("a key with %s is for the browser", (modifier) => {
  expect(keyAction(press("f", { [modifier]: true }), "none")).toBeNull();
});

test("other keys do nothing", () => {
  expect(keyAction(press("q"), "none")).toBeNull();
});
