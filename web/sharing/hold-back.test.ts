import { expect, test } from "vitest";
import { HoldBack } from "./hold-back.ts";

test("where nobody else ever fetches, nothing is held back any more", () => {
  const holdBack = new HoldBack();
  for (let segment = 0; segment < 10; segment += 1) holdBack.wasInVain();
  expect(holdBack.share).toBe(0);
});

test("where holding back saves copies, it is for the longest time", () => {
  const holdBack = new HoldBack();
  for (let segment = 0; segment < 10; segment += 1) holdBack.paidOff();
  expect(holdBack.share).toBe(1);
});

test("holding back that ended begins again once it saves a copy", () => {
  const holdBack = new HoldBack();
  for (let segment = 0; segment < 20; segment += 1) holdBack.wasInVain();
  holdBack.paidOff();
  expect(holdBack.share).toBeGreaterThan(0);
});
