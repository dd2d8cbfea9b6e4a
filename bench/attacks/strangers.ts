/** What somebody without a ticket can try, each as often as it is told. */

import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { WebSocket } from "ws";
import type { Shoal } from "../../local/shoal.ts";
import type { Done } from "./toll.ts";

export type Attack = (shoal: Shoal, times: number) => Promise<Done>;

const MEDIA = "/out/v1/shoal/live/cmaf/index.m3u8";

/** A status, of a request whose path goes out as it is written. */
async function ask(
  shoal: Shoal,
  path: string,
  { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<number> {
  const asked = request({ port: new URL(shoal.url).port, path, method, headers }).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode ?? 0;
}

async function repeat(times: number, once: (time: number) => Promise<unknown>): Promise<Done> {
  for (let time = 0; time < times; time += 1) await once(time);
  return { requests: times };
}

export const paths: Attack = (shoal, times) => repeat(times, (time) => ask(shoal, `/wp-content/${time}.php`));

export const queries: Attack = (shoal, times) =>
  repeat(times, (time) => ask(shoal, `${MEDIA}?start=${time}`));

export const assets: Attack = (shoal, times) =>
  repeat(times, (time) => ask(shoal, `/assets/player-MADE${time}UP.js`));

export const methods: Attack = (shoal, times) =>
  repeat(times, (time) => ask(shoal, `/?${time}`, { method: "POST" }));

/** Made up, of another deployment, and cut. */
export const tickets: Attack = (shoal, times) =>
  repeat(times, (time) => {
    const ticket = [
      `${time}`,
      shoal.access.ticket.replace(/\.[^.]*$/, ".c2lnbmF0dXJl"),
      shoal.access.ticket.slice(0, -1),
    ];
    return ask(shoal, `/t/${ticket[time % ticket.length]}${MEDIA}`);
  });

export const handshakes: Attack = (shoal, times) =>
  repeat(times, async (time) => {
    const path = time % 2 === 0 ? "tracker" : "t/made-up/tracker";
    const socket = new WebSocket(`${shoal.url.replace("http", "ws")}${path}`).on("error", () => {});
    await once(socket, "unexpected-response");
  });

/** Tickets of an open stream, which are for everybody. */
export const newTickets: Attack = (shoal, times) => repeat(times, () => ask(shoal, "/ticket"));

export const studioPaths: Attack = (shoal, times) =>
  repeat(times, (time) =>
    ask(shoal, ["/studio/api/event", "/studio/api/made/up", "/studio/api/sessions/x"][time % 3] ?? "", {
      method: ["GET", "PUT", "DELETE"][time % 3] ?? "GET",
      headers: { cookie: `__Secure-studio=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.${time}` },
    }),
  );

export const studioLinks: Attack = (shoal, times) =>
  repeat(times, (time) =>
    ask(shoal, "/studio/api/session", {
      method: "POST",
      headers: { "x-shoal-pass": `studio random.9999999999.${time}` },
    }),
  );

/** What is brought to enter a private stream. */
const bring =
  (pass: (time: number) => string): Attack =>
  (shoal, times) =>
    repeat(times, (time) => ask(shoal, "/ticket", { headers: { "x-shoal-pass": pass(time) } }));

export const links = bring((time) => `link made.1.9999999999.1.${time}`);
export const passwords = bring((time) => `password ${Buffer.from(`guess ${time}`).toString("base64url")}`);
export const tokens = bring((time) => `token eyJhbGciOiJIUzI1NiJ9.e30.${time}`);
