import { expect, test } from "vitest";
import type { Delivery } from "../record/delivery.ts";
import { afterAttempt, type Outcome } from "./retries.ts";

const NEW: Delivery = {
  id: "1",
  event: { at: 0, kind: "test", severity: "info", text: "" },
  state: "waiting",
  attempts: 0,
  dueAt: 0,
  triedAt: null,
  answer: "",
};
const DOWN: Outcome = { status: 503 };

test("what is taken is delivered", () => {
  expect(afterAttempt(NEW, { status: 204 }, 5, 0)).toMatchObject({
    state: "delivered",
    attempts: 1,
    dueAt: null,
    triedAt: 5,
    answer: "It answered 204.",
  });
});

test.each<Outcome>([{ status: 199 }, { status: 302 }, DOWN, { error: "It can't be reached." }])(
  "%j is tried again",
  (outcome) => {
    expect(afterAttempt(NEW, outcome, 0, 0.5)).toMatchObject({
      state: "waiting",
      attempts: 1,
      dueAt: 45_000,
    });
  },
);

test("the waits grow, are jittered, and have an end", () => {
  const dues = [0, 1].map((chance) => {
    let delivery = NEW;
    const waits: (number | null)[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      delivery = afterAttempt(delivery, DOWN, 0, chance);
      waits.push(delivery.dueAt);
    }
    expect(delivery).toMatchObject({ state: "failed", attempts: 5 });
    return waits;
  });
  expect(dues).toEqual([
    [33_750, 180_000, 900_000, 4_050_000, null],
    [56_250, 300_000, 1_500_000, 6_750_000, null],
  ]);
});

test("a receiver that says that it is gone gets nothing more", () => {
  expect(afterAttempt(NEW, { status: 410 }, 0, 0)).toMatchObject({ state: "failed" });
});
