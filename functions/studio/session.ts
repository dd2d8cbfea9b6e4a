/** The studio's own session: who this is, and signing out. */

import { endSession } from "../record/access.ts";
import type { Session } from "../record/session.ts";
import { NO_COOKIE, sessionCookie } from "./cookie.ts";
import type { Routes, StudioAnswer, StudioServices } from "./route.ts";

export const SESSION: Routes = {
  "GET session": async (_, { role, expiresAt }) => ({ status: 200, body: { role, expiresAt } }),
  "DELETE session": async (_, { id }, { table, now }) => {
    await endSession(table, id, now());
    return { status: 204, cookie: NO_COOKIE };
  },
};

/** Whoever was let in gets the session's cookie. */
export async function entered(session: Session, { keys, now }: StudioServices): Promise<StudioAnswer> {
  const { role, expiresAt } = session;
  return { status: 201, body: { role, expiresAt }, cookie: await sessionCookie(session, keys, now()) };
}
