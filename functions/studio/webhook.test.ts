import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import { studioServices } from "../../test/doubles/studio-services.ts";
import type { Role } from "../record/session.ts";
import type { Reach } from "../webhook/address.ts";
import type { StudioRequest } from "./request.ts";
import { routeOf } from "./route.ts";
import { WEBHOOK } from "./webhook.ts";
import type { WebhookState } from "./webhook-state.ts";

let tables: LocalTables;
let now = 1_800_000_000;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const ask = async (
  method: string,
  path: string,
  { body, role = "owner", reach }: { body?: unknown; role?: Role; reach?: Reach } = {},
) => {
  const request: StudioRequest = { method, path, cookies: [], device: "", origin: "", body };
  const services = studioServices({ table: tables.channelTable, now: () => now });
  const webhook = { ...services.webhook, ...(reach && { reach }) };
  const session = { id: "x", role, device: "", startedAt: 0, expiresAt: 9 };
  return (await routeOf(WEBHOOK, method, path)?.(request, session, { ...services, webhook }))?.body;
};
const set = (address: string) => ask("PUT", "webhook", { body: { address } });

test("there is none at first, and nothing to try", async () => {
  expect(await ask("GET", "webhook")).toEqual({ address: "", secret: null, deliveries: [] });
  await expect(ask("POST", "webhook/test")).rejects.toMatchObject({ status: 409 });
});

test("an owner sets its address, and gets a secret that another address keeps", async () => {
  const first = (await set(" https://hooks.example.com/a ")) as WebhookState;
  expect(first).toEqual({ address: "https://hooks.example.com/a", secret: expect.stringMatching(/^whsec_/) });
  expect(await set("https://hooks.example.com/b")).toMatchObject({ secret: first.secret });
  expect(await ask("GET", "webhook")).toMatchObject({
    address: "https://hooks.example.com/b",
    secret: first.secret,
  });
});

test("a test is sent and shown; a producer may try, and sees no secret", async () => {
  expect(await ask("POST", "webhook/test", { role: "producer" })).toMatchObject({ state: "delivered" });
  expect(await ask("GET", "webhook", { role: "producer" })).toMatchObject({
    address: "https://hooks.example.com/b",
    secret: null,
    deliveries: [{ state: "delivered", event: { kind: "test" } }],
  });
  await expect(ask("PUT", "webhook", { body: { address: "" }, role: "producer" })).rejects.toMatchObject({
    status: 403,
  });
});

test.each(["https://169.254.169.254/", "http://hooks.example.com/", "nonsense"])(
  "%s is refused",
  async (address) => {
    await expect(set(address)).rejects.toMatchObject({ status: 400 });
  },
);

test("a request without an address is refused, and what fails isn't hidden", async () => {
  await expect(ask("PUT", "webhook", { body: {} })).rejects.toMatchObject({ status: 400 });
  const reach = Object.defineProperty({} as Reach, "isPrivateAllowed", {
    get: () => {
      throw new TypeError("broken");
    },
  });
  const body = { address: "http://hooks.example.com/" };
  await expect(ask("PUT", "webhook", { body, reach })).rejects.toThrow(TypeError);
});

test("an empty address takes the webhook away", async () => {
  now += 60;
  expect(await set("")).toEqual({ address: "", secret: null });
  expect(await ask("GET", "webhook")).toMatchObject({ address: "", secret: null });
});
