import { expect, test } from "vitest";
import {
  inMainSwarm,
  kindOf,
  peerIdOf,
  standsForElection,
  viewerIdOf,
  viewerNameFrom,
  viewerOf,
} from "./peer-id.ts";

const viewer = viewerNameFrom(new Uint8Array([0, 1, 2, 61, 62, 255, 100, 101, 102, 103, 104, 105]));

test("a peer id has the twenty characters that a tracker asks for", () => {
  expect(peerIdOf(viewer, "main", true)).toHaveLength(20);
  expect(peerIdOf(viewer, "secondary", false)).toHaveLength(20);
});

test("the viewer is the same behind all its peer ids", () => {
  expect(viewerOf(peerIdOf(viewer, "main", true))).toBe(viewer);
  expect(viewerOf(peerIdOf(viewer, "secondary", false))).toBe(viewer);
});

test("a peer id in any swarm leads to the one in the main swarm", () => {
  expect(inMainSwarm(peerIdOf(viewer, "secondary", true))).toBe(peerIdOf(viewer, "main", true));
  expect(inMainSwarm(peerIdOf(viewer, "main", false))).toBe(peerIdOf(viewer, "main", false));
  expect(inMainSwarm("-PM0203-abcdefghijkl")).toBe("-PM0203-abcdefghijkl");
});

test("another client's peer stands for itself", () => {
  expect(viewerOf("-PM0203-abcdefghijkl")).toBe("-PM0203-abcdefghijkl");
});

test("those who share stand for election; those who only take, and other clients, don't", () => {
  expect(standsForElection(peerIdOf(viewer, "main", true))).toBe(true);
  expect(standsForElection(peerIdOf(viewer, "main", false))).toBe(false);
  expect(standsForElection("-PM0203-abcdefghijkl")).toBe(false);
});

test("a peer id tells sound from picture; another client's is taken for picture", () => {
  expect(kindOf(peerIdOf(viewer, "main", true))).toBe("main");
  expect(kindOf(peerIdOf(viewer, "secondary", true))).toBe("secondary");
  expect(kindOf("-PM0203-abcdefghijkl")).toBe("main");
});

test("with a ticket, a viewer is named by it, and each of its players differently", () => {
  const named = viewerNameFrom(new Uint8Array([0, 1, 2]), "a-viewer-1");
  expect(named).toBe("a-viewer-1AB");
  expect(viewerOf(peerIdOf(named, "main", true))).toBe(named);
});

test("the id in a viewer's ticket is in whatever peer id it takes", () => {
  const named = viewerNameFrom(new Uint8Array([0, 1, 2]), "a-viewer-1");
  expect(viewerIdOf(peerIdOf(named, "secondary", false))).toBe("a-viewer-1");
  expect(viewerIdOf("-XX0000-a-viewer-1zz")).toBe("a-viewer-1");
});
