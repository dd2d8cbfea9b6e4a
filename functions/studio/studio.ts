/** The studio's API: lets in by a link, and whoever is signed in to the routes of its sections. */

import { openSession, readSession } from "../record/access.ts";
import { DetailsError } from "../record/event-details.ts";
import { ScheduleError } from "../record/schedule.ts";
import type { Session } from "../record/session.ts";
import { sessionIdIn } from "./cookie.ts";
import { enterByPasskey, passkeyOptions } from "./passkeys.ts";
import { Refusal, type StudioRequest } from "./request.ts";
import { routeOf, type StudioAnswer, type StudioServices, textIn } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { entered } from "./session.ts";

/** What is answered without a session. Names have a space in them, which no member of every object has. */
const WAYS_IN: Readonly<
  Record<string, (request: StudioRequest, services: StudioServices) => Promise<StudioAnswer>>
> = {
  "POST session": enterByLink,
  "POST passkey-options": passkeyOptions,
  "POST passkey-session": enterByPasskey,
};

/** Answers a request. Never rejects for what people do wrong. */
export async function answer(request: StudioRequest, services: StudioServices): Promise<StudioAnswer> {
  try {
    return await answered(request, services);
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: { error: error.message } };
    if (error instanceof DetailsError || error instanceof ScheduleError)
      return { status: 400, body: { error: error.message } };
    throw error;
  }
}

async function answered(request: StudioRequest, services: StudioServices): Promise<StudioAnswer> {
  const { method, path } = request;
  const way = WAYS_IN[`${method} ${path}`];
  if (way) return way(request, services);
  const session = await signedIn(request.cookies, services);
  const route = routeOf(ROUTES, method, path);
  if (!route) throw new Refusal(404, "There is nothing here.");
  return route(request, session, services);
}

async function enterByLink({ body, device }: StudioRequest, services: StudioServices): Promise<StudioAnswer> {
  const { table, now } = services;
  const session = await openSession(table, textIn(body, "token"), device, now());
  if (!session) throw new Refusal(401, "This link was used, or is older than ten minutes. Ask for another.");
  return entered(session, services);
}

async function signedIn(cookies: readonly string[], { table, keys, now }: StudioServices): Promise<Session> {
  const id = await sessionIdIn(cookies, keys, now());
  const session = id === null ? null : await readSession(table, id, now());
  if (session) return session;
  throw new Refusal(401, "You aren't signed in.");
}
