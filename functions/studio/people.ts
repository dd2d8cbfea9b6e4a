/** Who else is in the studio: owners see the sessions, end them, and invite people. */

import { endSession, listSessions, makeLink } from "../record/access.ts";
import type { Role } from "../record/session.ts";
import { Refusal } from "./request.ts";
import { forOwners, lastOf, type Routes, textIn } from "./route.ts";

export const PEOPLE: Routes = forOwners({
  "GET sessions": async (_, { id }, { table, now }) => {
    const sessions = await listSessions(table, now());
    return { status: 200, body: sessions.map((each) => ({ ...each, isThis: each.id === id })) };
  },
  "DELETE sessions/*": async (request, _, { table, now }) => {
    await endSession(table, lastOf(request), now());
    return { status: 204 };
  },
  "POST links": async ({ body }, _, { table, linkKey, now }) => ({
    status: 201,
    body: { token: await makeLink(table, linkKey, roleIn(body), now()) },
  }),
});

function roleIn(body: unknown): Role {
  const role = textIn(body, "role");
  if (role !== "owner" && role !== "producer") throw new Refusal(400, "A role is owner or producer.");
  return role;
}
