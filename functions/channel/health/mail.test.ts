import { expect, test } from "vitest";
import { mailOf, type Severe } from "./mail.ts";

const severe = (kind: string, text: string, inObs = ""): Severe => ({
  finding: { kind, severity: "error", measured: text, recommended: "Another cable.", inObs },
  event: { at: 0, kind: `${kind}-0`, severity: "error", text },
});
const STARVES = severe("input-starves", "The input has gaps.", "Lower the bit rate.");
const STALE = severe("playlists-stale", "Over: playlists stand still.");

test("nothing new needs no e-mail", () => {
  expect(mailOf([], [], 0)).toBeNull();
});

test("what begins is told with its cure, and all of a minute in one", () => {
  expect(mailOf([STARVES], [], 0)).toEqual({
    subject: "Shoal: input starves",
    message: "The input has gaps.\nRecommended: Another cable.\nIn OBS: Lower the bit rate.",
  });
  expect(mailOf([severe("no-audio", "No audio comes in.")], [STALE], 3)).toEqual({
    subject: "Shoal: no audio and 1 more",
    message: "No audio comes in.\nRecommended: Another cable.\n\nOver: playlists stand still.",
  });
});

test("what is over is told as well", () => {
  expect(mailOf([], [STALE], 1)).toEqual({
    subject: "Shoal: over: playlists stale",
    message: "Over: playlists stand still.",
  });
});

test("there are ten while the channel is on the air, and the last says so", () => {
  expect(mailOf([STARVES], [], 8)?.message).not.toContain("last e-mail");
  expect(mailOf([STARVES], [], 9)?.message).toContain("last e-mail");
  expect(mailOf([STARVES], [STALE], 10)).toBeNull();
});
