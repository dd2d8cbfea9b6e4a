import { expect, test, vi } from "vitest";
import { Emitter } from "./emitter.ts";

test("a listener is called until it stops, and none is called after clear()", () => {
  const emitter = new Emitter<{ count: number }>();
  const [stays, leaves] = [vi.fn(), vi.fn()];
  emitter.on("count", stays);
  const stop = emitter.on("count", leaves);
  emitter.emit("count", 1);
  stop();
  emitter.emit("count", 2);
  emitter.clear();
  emitter.emit("count", 3);
  expect(stays.mock.calls).toEqual([[1], [2]]);
  expect(leaves.mock.calls).toEqual([[1]]);
});

test("an event without listeners is no error", () => {
  expect(() => new Emitter<{ count: number }>().emit("count", 1)).not.toThrow();
});
