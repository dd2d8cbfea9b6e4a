import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { Authenticator } from "../../test/doubles/authenticator.ts";
import { type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import { studioServices } from "../../test/doubles/studio-services.ts";
import { makeLink } from "../record/access.ts";
import { openTable, type Table } from "../record/dynamodb.ts";
import { useChallenge } from "../record/passkeys.ts";
import type { Role } from "../record/session.ts";
import { makeChallenge, readChallenge } from "./challenge.ts";
import { keysIn } from "./cookie.ts";
import type { StudioAnswer } from "./route.ts";
import { answer } from "./studio.ts";

const KEYS = keysIn("the key that signs");
const PAGE = "https://live.example.com";
const UNKNOWN = expect.stringContaining("isn't known here");

let tables: LocalTables;
let table: Table;
let now = 1_800_000_000;
let device: Authenticator;

beforeAll(async () => {
  tables = await startTables();
  table = tables.channelTable;
});
afterAll(() => tables.stop());
beforeEach(() => {
  // Sessions and passkeys of other tests have lapsed.
  now += 400 * 86_400;
  device = new Authenticator();
});

interface Asked {
  readonly body?: unknown;
  readonly cookie?: string;
  readonly origin?: string;
}

function ask(name: string, { body = {}, cookie = "", origin = PAGE }: Asked = {}) {
  const [method = "", path = ""] = name.split(" ");
  return answer(
    { method, path, cookies: [cookie], device: "a browser", origin, body },
    studioServices({ table, keys: KEYS, now: () => now }),
  );
}

const sent = ({ cookie = "" }: StudioAnswer) => cookie.split(";")[0] ?? "";
const challengeIn = ({ body }: StudioAnswer) => (body as { challenge: string }).challenge;

async function enterByLink(role: Role): Promise<string> {
  return sent(await ask("POST session", { body: { token: await makeLink(table, "a link key", role, now) } }));
}

async function added(role: Role): Promise<string> {
  const cookie = await enterByLink(role);
  const challenge = challengeIn(await ask("POST passkeys/options", { cookie }));
  expect(await ask("POST passkeys", { cookie, body: device.register(challenge, PAGE) })).toEqual({
    status: 201,
    body: { id: device.id },
  });
  return cookie;
}

async function asksToEnter(origin = PAGE): Promise<string> {
  return challengeIn(await ask("POST passkey-options", { origin }));
}

const enters = async (body: unknown) => ask("POST passkey-session", { body });

describe("a passkey", () => {
  test("is asked to be found on the device, and to know the person", async () => {
    const cookie = await enterByLink("owner");
    expect((await ask("POST passkeys/options", { cookie })).body).toMatchObject({
      rp: { id: "live.example.com", name: "Shoal studio" },
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
    });
    expect((await ask("POST passkey-options")).body).toMatchObject({
      rpId: "live.example.com",
      userVerification: "required",
    });
  });
  test.each(["owner", "producer"] as const)("lets an %s in again as such", async (role) => {
    await added(role);
    const answered = await enters(device.signIn(await asksToEnter(), PAGE));
    expect(answered).toMatchObject({ status: 201, body: { role, expiresAt: now + 43_200 } });
    expect(await ask("GET session", { cookie: sent(answered) })).toMatchObject({ status: 200 });
  });
  test("that isn't used for a year opens nothing, and each use begins a year anew", async () => {
    await added("owner");
    now += 300 * 86_400;
    expect(await enters(device.signIn(await asksToEnter(), PAGE))).toMatchObject({ status: 201 });
    now += 300 * 86_400;
    expect(await enters(device.signIn(await asksToEnter(), PAGE))).toMatchObject({ status: 201 });
    now += 365 * 86_400;
    expect(await enters(device.signIn(await asksToEnter(), PAGE))).toMatchObject({ status: 401 });
  });
});

describe("nobody gets in", () => {
  const refused = { status: 401, body: { error: UNKNOWN } };

  test("by a passkey that isn't known, or by nonsense", async () => {
    expect(await enters(device.signIn(await asksToEnter(), PAGE))).toEqual(refused);
    for (const nonsense of [undefined, null, {}, { id: 7 }, "text"])
      expect(await enters(nonsense)).toEqual(refused);
    await added("owner");
    expect(await enters({ id: device.id })).toEqual(refused);
  });
  test("by another device's signature for the same passkey", async () => {
    await added("owner");
    const thief = new Authenticator();
    const forged = { ...thief.signIn(await asksToEnter(), PAGE), id: device.id, rawId: device.id };
    expect(await enters(forged)).toEqual(refused);
  });
  test("by what was signed for another page", async () => {
    await added("owner");
    const elsewhere = "https://evil.example.com";
    expect(await enters(device.signIn(await asksToEnter(), elsewhere))).toEqual(refused);
    expect(await enters(device.signIn(await asksToEnter(elsewhere), PAGE, elsewhere))).toEqual(refused);
  });
  test("by the same answer twice, or one that is five minutes old", async () => {
    await added("owner");
    const once = device.signIn(await asksToEnter(), PAGE);
    expect(await enters(once)).toMatchObject({ status: 201 });
    expect(await enters(once)).toEqual(refused);
    const late = device.signIn(await asksToEnter(), PAGE);
    now += 300;
    expect(await enters(late)).toEqual(refused);
  });
  test("by a challenge that nobody gave, or that was given to add a passkey", async () => {
    const cookie = await added("owner");
    const own = Buffer.from(`enter.x.${now + 99}.signature`).toString("base64url");
    expect(await enters(device.signIn(own, PAGE))).toEqual(refused);
    const toAdd = challengeIn(await ask("POST passkeys/options", { cookie }));
    expect(await enters(device.signIn(toAdd, PAGE))).toEqual(refused);
  });
  test("without showing who it is", async () => {
    await added("owner");
    device.verifies = false;
    expect(await enters(device.signIn(await asksToEnter(), PAGE))).toEqual(refused);
  });
  test("by a copy of a device that counts", async () => {
    device.counter = 5;
    await added("owner");
    device.counter = 6;
    expect(await enters(device.signIn(await asksToEnter(), PAGE))).toMatchObject({ status: 201 });
    expect(await enters(device.signIn(await asksToEnter(), PAGE))).toEqual(refused);
  });
});

describe("adding one", () => {
  test("needs a session, and a page that says where it is", async () => {
    for (const what of ["POST passkeys/options", "POST passkeys", "GET passkeys", "DELETE passkeys/x"])
      expect(await ask(what)).toMatchObject({ status: 401, body: { error: "You aren't signed in." } });
    const cookie = await enterByLink("owner");
    for (const what of ["POST passkeys/options", "POST passkeys", "POST passkey-options"])
      expect(await ask(what, { cookie, origin: "" })).toMatchObject({ status: 400 });
  });
  test("is refused with an answer that was used, or isn't one", async () => {
    const cookie = await enterByLink("producer");
    const challenge = challengeIn(await ask("POST passkeys/options", { cookie }));
    expect(await ask("POST passkeys", { cookie, body: {} })).toMatchObject({ status: 401 });
    expect(await ask("POST passkeys", { cookie, body: device.register(challenge, PAGE) })).toMatchObject({
      status: 201,
    });
    const again = new Authenticator().register(challenge, PAGE);
    expect(await ask("POST passkeys", { cookie, body: again })).toMatchObject({ status: 401 });
  });
});

describe("the passkeys that there are", () => {
  test("are seen by owners, without their keys, and removed with the sessions that they opened", async () => {
    const owner = await added("owner");
    const colleague = sent(await enters(device.signIn(await asksToEnter(), PAGE)));
    expect(await ask("GET passkeys", { cookie: owner })).toEqual({
      status: 200,
      body: [{ id: device.id, role: "owner", device: "a browser", addedAt: now, usedAt: now }],
    });
    expect(await ask(`DELETE passkeys/${device.id}`, { cookie: owner })).toEqual({ status: 204 });
    expect(await ask("GET passkeys", { cookie: owner })).toEqual({ status: 200, body: [] });
    expect(await ask("GET session", { cookie: colleague })).toMatchObject({ status: 401 });
    expect(await ask("GET session", { cookie: owner })).toMatchObject({ status: 200 });
    expect(await enters(device.signIn(await asksToEnter(), PAGE))).toMatchObject({ status: 401 });
  });
  test("are none of a producer's business", async () => {
    const cookie = await added("producer");
    for (const what of ["GET passkeys", "DELETE passkeys/x"])
      expect(await ask(what, { cookie })).toMatchObject({ status: 403 });
  });
});

test("a challenge holds for its purpose, its time and its keys, the one before too", () => {
  const made = makeChallenge("add", KEYS, now);
  const expected = { id: expect.stringMatching(/^[\w-]{22}$/), expiresAt: now + 300 };
  expect(readChallenge(made, "add", keysIn("a new key,the key that signs"), now)).toEqual(expected);
  expect(readChallenge(made, "add", keysIn("another key"), now)).toBeNull();
  expect(readChallenge(made, "enter", KEYS, now)).toBeNull();
  expect(readChallenge("", "add", KEYS, now)).toBeNull();
  expect(readChallenge(made.replace(/\d{10}/, "9999999999"), "add", KEYS, now)).toBeNull();
  expect(() => makeChallenge("add", [], now)).toThrow("no key");
});

test("an outage is no answer", async () => {
  const away = openTable({ ...LOCAL_AWS, name: "Nowhere", endpoint: tables.endpoint });
  await expect(useChallenge(away, "x", now)).rejects.toThrow("DynamoDB refuses");
});
