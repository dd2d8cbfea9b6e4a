import { expect, test } from "vitest";
import { connectionOf, type TrackerEvent } from "./event.ts";

const connectionId = "L0SM9cOFvHcCIhw=";
const event = (authorizer?: object) => ({ requestContext: { connectionId, authorizer } }) as TrackerEvent;

test("a connection is where its authorizer said at first", () => {
  expect(connectionOf(event({ lan: "home", net: "DE-3320" }))).toEqual({
    id: connectionId,
    place: { lan: "home", net: "DE-3320" },
  });
});

test("a connection of which no network is known is in none", () => {
  expect(connectionOf(event({ lan: "home" })).place).toEqual({ lan: "home", net: null });
});

test.each([undefined, {}, { principalId: "viewer" }])(
  "a connection of which the authorizer said nothing (%j) is alone behind its address",
  (authorizer) => {
    const other = { ...event(authorizer).requestContext, connectionId: "another" };
    const alone = connectionOf(event(authorizer)).place;
    expect(alone.net).toBeNull();
    expect(alone.lan).not.toBe(connectionOf({ ...event(authorizer), requestContext: other }).place.lan);
  },
);
