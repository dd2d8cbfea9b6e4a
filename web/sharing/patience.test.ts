import { expect, test } from "vitest";
import { Patience } from "./patience.ts";

test("where nobody else ever fetches, patience runs out", () => {
  const patience = new Patience();
  for (let segment = 0; segment < 10; segment += 1) patience.wasted();
  expect(patience.share).toBe(0);
});

test("where waiting pays, patience grows to the whole", () => {
  const patience = new Patience();
  for (let segment = 0; segment < 10; segment += 1) patience.paid();
  expect(patience.share).toBe(1);
});

test("patience that ran out comes back once waiting pays", () => {
  const patience = new Patience();
  for (let segment = 0; segment < 20; segment += 1) patience.wasted();
  patience.paid();
  expect(patience.share).toBeGreaterThan(0);
});
