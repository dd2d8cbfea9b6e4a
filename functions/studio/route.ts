/** What a section of the studio's API is made of: routes for people who are signed in. */

import type { ChannelControl } from "../channel/control.ts";
import type { Table } from "../record/dynamodb.ts";
import type { Session } from "../record/session.ts";
import type { Reach } from "../webhook/address.ts";
import type { DeliveryServices } from "../webhook/deliver.ts";
import type { Keys } from "./cookie.ts";
import type { Thumbnail } from "./picture.ts";
import type { Rehearsals } from "./rehearsal.ts";
import { Refusal, type StudioRequest } from "./request.ts";

export interface StudioAnswer {
  readonly status: number;
  /** JSON; nothing with 204. */
  readonly body?: unknown;
  readonly cookie?: string;
}

export interface StudioServices {
  readonly table: Table;
  /** Of what viewers report. */
  readonly insights: Table;
  readonly keys: Keys;
  /** Signs links. */
  readonly linkKey: string;
  readonly channel: ChannelControl;
  /** What the channel costs on the air; null where it costs nothing. */
  readonly dollarsAnHour: number | null;
  /** In seconds since the epoch. */
  now(): number;
  readonly thumbnail: Thumbnail;
  readonly rehearsals: Rehearsals;
  /** How a webhook is sent to, and how far it may reach. */
  readonly webhook: Pick<DeliveryServices, "send" | "chance"> & { readonly reach: Reach };
}

type Route = (request: StudioRequest, session: Session, services: StudioServices) => Promise<StudioAnswer>;

/** By method and path below `/studio/api/`; a `*` at the end stands for one name, which lastOf reads. */
export type Routes = Readonly<Record<string, Route>>;

export function routeOf(routes: Routes, method: string, path: string): Route | undefined {
  const names = [`${method} ${path}`, `${method} ${path.replace(/\/[\w-]+$/, "/*")}`];
  const name = names.find((each) => Object.hasOwn(routes, each));
  return name === undefined ? undefined : routes[name];
}

/** What a path ends with. */
export function lastOf({ path }: StudioRequest): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The same routes, which refuse producers. */
export function forOwners(routes: Routes): Routes {
  return Object.fromEntries(
    Object.entries(routes).map(([name, route]): [string, Route] => [
      name,
      async (request, session, services) => {
        if (session.role !== "owner") throw new Refusal(403, "Only an owner may do this.");
        return route(request, session, services);
      },
    ]),
  );
}

/** A text that a request's body has to have. */
export function textIn(body: unknown, name: string): string {
  const value = (body as Readonly<Record<string, unknown>> | undefined)?.[name];
  if (typeof value !== "string") throw new Refusal(400, `The request has no ${name}.`);
  return value;
}
