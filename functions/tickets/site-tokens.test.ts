import type { webcrypto } from "node:crypto";
import { once } from "node:events";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { siteTokens } from "./site-tokens.ts";

/** Long enough for every algorithm. */
const SECRET = "a secret of more than sixty-four characters, as the longest of them wants";
const settings = { key: SECRET, issuer: "https://club.example", audience: "shoal" };
const now = () => Math.floor(Date.now() / 1000);
const claims = (more: object = {}) => ({ iss: settings.issuer, aud: "shoal", exp: now() + 600, ...more });
const signed = (payload: object, key: string | webcrypto.CryptoKey = SECRET, alg = "HS256", kid?: string) =>
  new SignJWT({ ...payload })
    .setProtectedHeader({ alg, ...(kid && { kid }) })
    .sign(typeof key === "string" ? new TextEncoder().encode(key) : key);

describe("a secret that both know", () => {
  const check = siteTokens(settings);

  test("lets a token in until it expires", async () => {
    expect(await check(await signed(claims({ exp: 2_000_000_000 })))).toEqual({ expiresAt: 2_000_000_000 });
  });

  test.each<[string, object, string]>([
    ["has expired", { exp: 1_000_000_000 }, "token-over"],
    ["never expires", { exp: undefined }, "token-refused"],
    ["is another site's", { iss: "https://other.example" }, "token-refused"],
    ["is for another audience", { aud: "other" }, "token-refused"],
    ["isn't good yet", { nbf: 4_000_000_000 }, "token-refused"],
  ])("but none that %s", async (_what, more, reason) => {
    expect(await check(await signed(claims(more)))).toEqual({ reason });
  });

  test("nor one by another secret, by another algorithm, without any, or that is no token", async () => {
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify(claims())).toString("base64url")}.`;
    for (const token of [
      await signed(claims(), `another ${SECRET}`),
      await signed(claims(), SECRET, "HS512"),
      none,
      "anything",
      "",
    ])
      expect(await check(token)).toEqual({ reason: "token-refused" });
  });
});

describe("a key set", () => {
  const keySet = "https://club.example/keys.json";
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let served: unknown;
  let asked: number;
  beforeAll(async () => {
    keys = await generateKeyPair("ES256");
  });
  beforeEach(async () => {
    asked = 0;
    served = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: "one" }] };
    vi.stubGlobal("fetch", async (url: string, { signal }: RequestInit) => {
      asked += 1;
      expect(url).toBe(keySet);
      if (served !== "silence") return new Response(JSON.stringify(served));
      await once(signal as AbortSignal, "abort");
      throw signal?.reason;
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  const check = () => siteTokens({ ...settings, key: keySet });

  test("is asked for once, and lets in what its key has signed", async () => {
    const checks = check();
    for (let time = 0; time < 3; time++)
      expect(
        await checks(await signed(claims({ exp: 2_000_000_000 }), keys.privateKey, "ES256", "one")),
      ).toEqual({
        expiresAt: 2_000_000_000,
      });
    expect(asked).toBe(1);
  });

  test("isn't believed by an algorithm that isn't listed", async () => {
    const others = await generateKeyPair("ES384");
    served = { keys: [{ ...(await exportJWK(others.publicKey)), kid: "one" }] };
    const token = await signed(claims(), others.privateKey, "ES384", "one");
    expect(await check()(token)).toEqual({ reason: "token-refused" });
  });

  test("makes no secret of its public key: HS256 isn't accepted", async () => {
    const forged = await signed(claims(), JSON.stringify(served), "HS256", "one");
    expect(await check()(forged)).toEqual({ reason: "token-refused" });
  });

  test("isn't asked again at once for a key that it doesn't have", async () => {
    const checks = check();
    for (let time = 0; time < 3; time++)
      expect(await checks(await signed(claims(), keys.privateKey, "ES256", "other"))).toEqual({
        reason: "token-refused",
      });
    expect(asked).toBe(1);
  });

  test("that can't be read, or doesn't come, is no fault of the token's", async () => {
    const token = await signed(claims(), keys.privateKey, "ES256", "one");
    served = "no keys";
    await expect(check()(token)).rejects.toThrow();
    served = "silence";
    const since = performance.now();
    await expect(check()(token)).rejects.toThrow();
    expect(performance.now() - since).toBeLessThan(6_000);
  }, 10_000);
});
