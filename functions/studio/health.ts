/** How well the stream comes in, and what happened in this show and those before. */

import { readHealth } from "../record/health.ts";
import { readTimeline } from "../record/timeline.ts";
import { Refusal } from "./request.ts";
import { lastOf, type Routes } from "./route.ts";

export const HEALTH: Routes = {
  "GET health": async (_, __, { table }) => ({ status: 200, body: (await readHealth(table)).value }),
  "GET timeline": async (_, __, { table, now }) => ({
    status: 200,
    // With what happens in this very second.
    body: await readTimeline(table, (now() + 1) * 1000),
  }),
  "GET timeline/*": async (request, _, { table }) => {
    const before = lastOf(request);
    if (!/^\d{1,13}$/.test(before)) throw new Refusal(400, "A moment is a number of milliseconds.");
    return { status: 200, body: await readTimeline(table, Number(before)) };
  },
};
