import { expect, test } from "vitest";
import type { Delivery } from "../../functions/record/delivery.ts";
import { deliveryWords } from "./delivery-words.ts";

const TRIED: Delivery = {
  id: "1",
  event: { at: 0, kind: "test", severity: "info", text: "" },
  state: "waiting",
  attempts: 1,
  dueAt: 240_000,
  triedAt: 0,
  answer: "It answered 500.",
};

test.each<[string, Partial<Delivery>]>([
  ["It is about to be sent.", { attempts: 0 }],
  ["Delivered. It answered 204.", { state: "delivered", dueAt: null, answer: "It answered 204." }],
  [
    "Delivered, tried 3 times. It answered 204.",
    { state: "delivered", attempts: 3, answer: "It answered 204." },
  ],
  ["Given up, tried 5 times. It answered 500.", { state: "failed", attempts: 5, dueAt: null }],
  ["Tried once, and again in 4 min. It answered 500.", {}],
  ["Tried once, and again in 1 min. It answered 500.", { dueAt: null }],
])("%s", (words, changes) => {
  expect(deliveryWords({ ...TRIED, ...changes }, 0)).toBe(words);
});
