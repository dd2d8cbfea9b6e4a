/**
 * Passkeys: whoever is signed in adds one for this device, and enters by it later, as what they were then. SimpleWebAuthn
 * checks what devices say (https://www.w3.org/TR/webauthn-3/). Its code is loaded for these requests alone.
 */

import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { endSession, listSessions, startSession } from "../record/access.ts";
import { listPasskeys, readPasskey, removePasskey, useChallenge, writePasskey } from "../record/passkeys.ts";
import type { Passkey } from "../record/session.ts";
import { makeChallenge, type Purpose, readChallenge } from "./challenge.ts";
import { Refusal, type StudioRequest } from "./request.ts";
import { forOwners, lastOf, type Routes, type StudioAnswer, type StudioServices } from "./route.ts";
import { entered } from "./session.ts";

const webAuthn = () => import("@simplewebauthn/server");

export const PASSKEYS: Routes = {
  "POST passkeys/options": async ({ origin }, { role }, { keys, now }) => {
    const { generateRegistrationOptions } = await webAuthn();
    const options = await generateRegistrationOptions({
      rpName: "Shoal studio",
      rpID: hostOf(origin),
      userName: role,
      challenge: makeChallenge("add", keys, now()),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
    return { status: 200, body: options };
  },
  "POST passkeys": async (request, { role, device }, services) => {
    const { origin, body } = request;
    const { verifyRegistrationResponse } = await webAuthn();
    const asked = new Answered("add", services);
    const verified = await verifyRegistrationResponse({
      response: body as RegistrationResponseJSON,
      expectedChallenge: (challenge) => asked.isMeant(challenge),
      expectedOrigin: origin,
      expectedRPID: hostOf(origin),
    }).catch(refuse);
    if (!verified.verified || !(await asked.isFirst())) throw notTaken();
    const { id, publicKey, counter } = verified.registrationInfo.credential;
    const now = services.now();
    await writePasskey(services.table, {
      id,
      publicKey: Buffer.from(publicKey).toString("base64url"),
      counter,
      role,
      origin,
      device,
      addedAt: now,
      usedAt: now,
    });
    return { status: 201, body: { id } };
  },
  ...forOwners({
    "GET passkeys": async (_, __, { table, now }) => {
      const all = await listPasskeys(table, now());
      return {
        status: 200,
        body: all.map(({ id, role, device, addedAt, usedAt }) => ({ id, role, device, addedAt, usedAt })),
      };
    },
    // Whoever came in by it goes with it.
    "DELETE passkeys/*": async (request, _, { table, now }) => {
      const id = lastOf(request);
      await removePasskey(table, id, now());
      for (const session of await listSessions(table, now()))
        if (session.passkey === id) await endSession(table, session.id, now());
      return { status: 204 };
    },
  }),
};

/** For whoever isn't signed in: what a passkey of this page would have to sign. Nothing is kept for it. */
export async function passkeyOptions(
  { origin }: StudioRequest,
  services: StudioServices,
): Promise<StudioAnswer> {
  const { generateAuthenticationOptions } = await webAuthn();
  const options = await generateAuthenticationOptions({
    rpID: hostOf(origin),
    challenge: makeChallenge("enter", services.keys, services.now()),
    userVerification: "required",
  });
  return { status: 200, body: options };
}

/** Opens a session by what a passkey signed. */
export async function enterByPasskey(
  request: StudioRequest,
  services: StudioServices,
): Promise<StudioAnswer> {
  const { table, now } = services;
  const response = request.body as AuthenticationResponseJSON;
  const passkey = await readPasskey(table, String(response?.id), now());
  if (!passkey) throw notTaken();
  const asked = new Answered("enter", services);
  const counter = await counterIn(response, passkey, asked);
  if (!(await asked.isFirst())) throw notTaken();
  await writePasskey(table, { ...passkey, counter, usedAt: now() });
  const session = await startSession(
    table,
    { role: passkey.role, device: request.device, passkey: passkey.id },
    now(),
  );
  return entered(session, services);
}

/** How often the passkey has signed by now. Rejects with a Refusal when this is no signature of it. */
async function counterIn(
  response: AuthenticationResponseJSON,
  { id, publicKey, counter, origin }: Passkey,
  asked: Answered,
): Promise<number> {
  const { verifyAuthenticationResponse } = await webAuthn();
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: (challenge) => asked.isMeant(challenge),
    expectedOrigin: origin,
    expectedRPID: hostOf(origin),
    credential: { id, publicKey: new Uint8Array(Buffer.from(publicKey, "base64url")), counter },
  }).catch(refuse);
  if (!verified) throw notTaken();
  return authenticationInfo.newCounter;
}

/** The challenge that an answer is for. */
class Answered {
  readonly #purpose: Purpose;
  readonly #services: StudioServices;
  #challenge: ReturnType<typeof readChallenge> = null;

  constructor(purpose: Purpose, services: StudioServices) {
    this.#purpose = purpose;
    this.#services = services;
  }

  /** SimpleWebAuthn gives it as the device has it, in Base64. */
  isMeant(encoded: string): boolean {
    const { keys, now } = this.#services;
    const challenge = Buffer.from(encoded, "base64url").toString();
    this.#challenge = readChallenge(challenge, this.#purpose, keys, now());
    return this.#challenge !== null;
  }

  async isFirst(): Promise<boolean> {
    const challenge = this.#challenge;
    return challenge !== null && useChallenge(this.#services.table, challenge.id, challenge.expiresAt);
  }
}

/** SimpleWebAuthn throws what is wrong in words for programmers. */
function refuse(): never {
  throw notTaken();
}

function notTaken(): Refusal {
  return new Refusal(
    401,
    "This passkey isn't known here, or what it signed is too old. Try again, or ask for a link.",
  );
}

/** What WebAuthn calls the relying party's id. */
function hostOf(origin: string): string {
  if (!URL.canParse(origin)) throw new Refusal(400, "The browser doesn't say which page asks.");
  return new URL(origin).hostname;
}
