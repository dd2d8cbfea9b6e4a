/** Passkeys: signing in by one, adding one for this device, and for owners which there are. */

import type { Passkey } from "../../functions/record/session.ts";
import { ask } from "./api.ts";
import { deviceName } from "./local-time.ts";
import { field } from "./page.ts";
import type { Section, SignedIn } from "./section.ts";

type Known = Pick<Passkey, "id" | "role" | "device" | "addedAt" | "usedAt">;

/** Loaded by whoever uses a passkey. */
const webAuthn = () => import("@simplewebauthn/browser");

export const passkeySection: Section = {
  id: "passkeys",
  async open(onWord, { role }) {
    const tell = (error: Error) => onWord(error.message);
    field("passkey-add").hidden = !canUsePasskeys();
    field("passkey-add").addEventListener("click", () => {
      add()
        .then(() => {
          onWord("From now on this device signs in by its passkey.");
          return role === "owner" ? list(tell) : undefined;
        })
        .catch(tell);
    });
    if (role === "owner") await list(tell);
  },
};

export function canUsePasskeys(): boolean {
  return typeof PublicKeyCredential === "function";
}

export async function enterByPasskey(): Promise<SignedIn> {
  const { startAuthentication } = await webAuthn();
  const optionsJSON = await ask<Parameters<typeof startAuthentication>[0]["optionsJSON"]>(
    "POST",
    "passkey-options",
  );
  return ask<SignedIn>("POST", "passkey-session", await startAuthentication({ optionsJSON }));
}

async function add(): Promise<void> {
  const { startRegistration } = await webAuthn();
  const optionsJSON = await ask<Parameters<typeof startRegistration>[0]["optionsJSON"]>(
    "POST",
    "passkeys/options",
  );
  await ask("POST", "passkeys", await startRegistration({ optionsJSON }));
}

async function list(onError: (error: Error) => void): Promise<void> {
  const passkeys = await ask<Known[]>("GET", "passkeys");
  const items = passkeys.map(({ id, role, device, addedAt, usedAt }) => {
    const item = document.createElement("li");
    const day = (seconds: number) => new Date(seconds * 1000).toLocaleDateString();
    item.append(`${deviceName(device)}, ${role}, since ${day(addedAt)}, last used ${day(usedAt)}`);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = `Remove the passkey of ${deviceName(device)}`;
    remove.addEventListener("click", () => {
      ask("DELETE", `passkeys/${id}`)
        .then(() => list(onError))
        .catch(onError);
    });
    item.append(remove);
    return item;
  });
  field("passkey-list").replaceChildren(...items);
}
