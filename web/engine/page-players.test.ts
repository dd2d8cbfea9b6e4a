import { expect, test } from "vitest";
import { PagePlayers } from "./page-players.ts";

const tracker = "wss://live.example.com/tracker?token=one";

test("the only player of a page uses the tracker's own address", () => {
  const players = new PagePlayers();
  expect(players.address(tracker, players.take())).toBe(tracker);
});

test("each further player has its own address", () => {
  const players = new PagePlayers();
  const addresses = [1, 2, 3].map(() => players.address(tracker, players.take()));
  expect(new Set(addresses).size).toBe(3);
  expect(addresses[1]).toBe(`${tracker}&player=2`);
});

test("a new player takes the number of one that left", () => {
  const players = new PagePlayers();
  const first = players.take();
  const second = players.take();
  players.leave(first);
  expect([players.take(), players.take()]).toEqual([first, second + 1]);
});
