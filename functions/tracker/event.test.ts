import { expect, test } from "vitest";
import { connectionOf, type TrackerEvent } from "./event.ts";

const connectionId = "L0SM9cOFvHcCIhw=";
const event = (authorizer?: object) => ({ requestContext: { connectionId, authorizer } }) as TrackerEvent;

test("a connection has the locality that the authorizer found", () => {
  expect(connectionOf(event({ lan: "home", net: "DE-3320" }))).toEqual({
    id: connectionId,
    locality: { lan: "home", net: "DE-3320" },
  });
});

test("a connection has the viewer and the swarm of its ticket", () => {
  expect(connectionOf(event({ lan: "home", viewer: "k3Jd9sPq1L" })).viewer).toBe("k3Jd9sPq1L");
  expect(connectionOf(event({ lan: "home", swarm: "a-swarm-01" })).swarm).toBe("a-swarm-01");
  expect(Object.keys(connectionOf(event({ lan: "home" })))).toEqual(["id", "locality"]);
});

test("a connection without a known network is in none", () => {
  expect(connectionOf(event({ lan: "home" })).locality).toEqual({ lan: "home", net: null });
});

test.each([undefined, {}, { principalId: "viewer" }])(
  "a connection without a locality from the authorizer (%j) is alone behind its address",
  (authorizer) => {
    const other = { ...event(authorizer).requestContext, connectionId: "another" };
    const alone = connectionOf(event(authorizer)).locality;
    expect(alone.net).toBeNull();
    expect(alone.lan).not.toBe(connectionOf({ ...event(authorizer), requestContext: other }).locality.lan);
  },
);
