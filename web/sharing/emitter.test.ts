import { expect, test, vi } from "vitest";
import { Emitter } from "./emitter.ts";

test("listeners hear the value until they stop, and nobody after the end", () => {
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

test("what nobody listens to is no error", () => {
  expect(() => new Emitter<{ count: number }>().emit("count", 1)).not.toThrow();
});
