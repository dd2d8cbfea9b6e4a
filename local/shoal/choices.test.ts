import { expect, test } from "vitest";
import { environmentsFor, parametersFor } from "./choices.ts";

test("a ladder's name and a channel class are the template's parameters", () => {
  expect(parametersFor({ ladder: "540p", channelClass: "STANDARD" })).toEqual({
    Ladder: "540p",
    ChannelClass: "STANDARD",
  });
});

test("a ladder of one's own is none of the template's, and what isn't chosen is left to it", () => {
  expect(parametersFor({ ladder: "854x480@1.2" })).toEqual({});
});

test("a private stream has its password's hash", () => {
  expect(parametersFor({ isPrivate: true, passwordHash: "a hash" })).toEqual({
    Access: "private",
    PasswordHash: "a hash",
  });
  expect(parametersFor({ isPrivate: false })).toEqual({});
});

test("there is no STUN server on one machine unless one is asked for", () => {
  expect(environmentsFor({}).SiteFunction.STUN_SERVERS).toBe("");
  expect(environmentsFor({}).TrackerFunction).toEqual({ LOOPBACK_CANDIDATES: "allowed" });
  expect(environmentsFor({ isOpenTracker: true }).TrackerFunction).toEqual({
    LOOPBACK_CANDIDATES: "allowed",
    SWARM_SECRET: "",
  });
  expect(environmentsFor({ stunServers: "stun:a.example:3478" }).SiteFunction.STUN_SERVERS).toBe(
    "stun:a.example:3478",
  );
});
