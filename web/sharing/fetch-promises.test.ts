import { expect, test } from "vitest";
import { FetchPromises } from "./fetch-promises.ts";

const set = (...sequences: number[]) => new Set(sequences);

test("a peer is believed for eight seconds", () => {
  const promises = new FetchPromises();
  promises.said(set(1), set(), 0);
  promises.said(set(1, 2), set(), 5);
  expect(promises.believed(8)).toEqual(set(1, 2));
  expect(promises.believed(9)).toEqual(set(2));
});

test("what a peer no longer says isn't believed", () => {
  const promises = new FetchPromises();
  promises.said(set(1), set(), 0);
  promises.said(set(), set(1), 1);
  expect(promises.believed(1)).toEqual(set());
});

test("after three broken promises nothing is believed, until one is kept", () => {
  const promises = new FetchPromises();
  promises.said(set(1, 2, 3), set(), 0);
  expect(promises.believed(9)).toEqual(set());
  promises.said(set(1, 2, 3, 4), set(), 9);
  expect(promises.believed(9)).toEqual(set());
  promises.said(set(5), set(4), 10);
  expect(promises.believed(10)).toEqual(set(5));
});

test("a promise that is given back isn't broken", () => {
  const promises = new FetchPromises();
  for (let sequence = 0; sequence < 9; sequence += 1) promises.said(set(sequence), set(), sequence);
  expect(promises.believed(9)).toEqual(set(8));
});
