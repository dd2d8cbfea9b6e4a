import { expect, test } from "vitest";
import { announced, listOf, NO_FETCHER } from "./announcement.ts";

test("what is fetched and who may fetch arrive as they were announced", () => {
  for (const mayFetch of [true, false]) {
    const duty = { fetching: [7, 8], mayFetch };
    expect(announced([5, 6], listOf(duty))).toEqual({ held: [5, 6], ...duty });
  }
});

test("an empty list is absent from the core's command", () => {
  expect(announced(undefined, undefined)).toEqual({ held: [], fetching: [], mayFetch: true });
});

test("what isn't a sequence number is ignored", () => {
  const list = [1.5, -1, Number.NaN, 2 ** 60, "3", null, 4];
  expect(announced(list, list)).toEqual({ held: [4], fetching: [4], mayFetch: true });
  expect(announced("12", { length: 1 })).toEqual({ held: [], fetching: [], mayFetch: true });
});

test("of a list only the first thousand entries are read", () => {
  const long = Array.from({ length: 5_000 }, (_, index) => index);
  expect(announced(long, [...long, NO_FETCHER])).toEqual({
    held: long.slice(0, 1_000),
    fetching: long.slice(0, 1_000),
    mayFetch: true,
  });
});
