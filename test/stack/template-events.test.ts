/** For each route and trigger of the template there is a real event, by which it can be tried. */

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readWebSocketApi } from "../../local/template/websocket-api.ts";
import { readTemplate } from "../../local/template.ts";
import { resources } from "./template/source.ts";

const EVENTS = new URL("../../events/", import.meta.url);

type Json = Readonly<Record<string, unknown>>;

function eventsOf(room: string): Json[] {
  const folder = new URL(`${room}/`, EVENTS);
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")));
}

describe("there is an event", async () => {
  // A route whose integration is a mock runs no function.
  const routes = readWebSocketApi(await readTemplate(), "TrackerApi")
    .routes.filter(({ functionId }) => functionId !== undefined)
    .map(({ key }) => key);
  const tracker = eventsOf("tracker").map(({ requestContext, type }) => ({
    routeKey: (requestContext as Json | undefined)?.["routeKey"],
    type,
  }));
  test.each(routes)("for the tracker's route %s", (route) => {
    expect(tracker.filter(({ routeKey }) => routeKey === route)).not.toEqual([]);
  });
  test("for the tracker's authorizer", () => {
    expect(tracker.filter(({ type }) => type === "REQUEST")).not.toEqual([]);
  });

  const channel = eventsOf("channel");
  const custom = resources.filter(([, { Type }]) => Type.startsWith("Custom::"));
  test.each(custom)("for the custom resource %s", (id, { Type }) => {
    const own = channel.filter(({ LogicalResourceId }) => LogicalResourceId === id);
    expect(own.map(({ ResourceType }) => ResourceType)).toContain(Type);
  });
  test("for auto-stop's schedule", () => {
    expect(channel.filter((event) => event["detail-type"] === "Scheduled Event")).toHaveLength(1);
  });

  const rules = resources.filter(([, { Type }]) => Type === "AWS::Events::Rule");
  test.each(rules)("for the rule %s", (_, { Properties }) => {
    const pattern = Properties?.["EventPattern"] as { readonly "detail-type": readonly string[] };
    expect(channel.map((event) => event["detail-type"])).toEqual(
      expect.arrayContaining([...pattern["detail-type"]]),
    );
  });

  test.each(["site", "signer", "studio", "insights"])("for the function URL of %s", (room) => {
    expect(eventsOf(room).filter(({ rawPath }) => typeof rawPath === "string")).not.toEqual([]);
  });
});
