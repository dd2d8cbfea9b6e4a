/** The studio's page: signs in by the link in its address, or by the session that is there, and shows what may be done. */

import { ApiError, ask } from "./api.ts";
import { isMoment } from "./moment.ts";
import { field } from "./page.ts";
import { canUsePasskeys, enterByPasskey } from "./passkeys.ts";
import type { Section, SignedIn } from "./section.ts";
import { SECTIONS } from "./sections.ts";

const HOW_TO_SIGN_IN =
  "You aren't signed in. Use this device's passkey, ask a colleague for a link, or run npm run live -- studio (on this machine with --local).";

await open().catch((error: unknown) => say(wordsOf(error)));

async function open(): Promise<void> {
  const session = await signIn();
  if (session) return show(session);
  say(HOW_TO_SIGN_IN);
  field("sign-in").hidden = !canUsePasskeys();
  field("passkey-enter").addEventListener("click", () => {
    enterByPasskey()
      .then(show)
      .catch((error: unknown) => say(wordsOf(error)));
  });
}

async function show(session: SignedIn): Promise<void> {
  field("sign-in").hidden = true;
  const until = new Date(session.expiresAt * 1000).toLocaleTimeString();
  field("session").textContent = `Signed in as ${session.role} until ${until}`;
  field("sign-out").hidden = false;
  field("sign-out").addEventListener("click", () => {
    ask("DELETE", "session").then(
      () => location.reload(),
      (error: Error) => say(error.message),
    );
  });
  say("");
  await Promise.all(SECTIONS.map((section) => openSection(section, session)));
}

/** What fails in one section leaves the others. */
async function openSection({ id, isForOwners = false, open }: Section, session: SignedIn): Promise<void> {
  if (isForOwners && session.role !== "owner") return;
  try {
    await open(say, session);
    field(id).hidden = false;
  } catch (error) {
    say(wordsOf(error));
  }
}

/** By the link's token, which leaves the address at once, so that it is in no history. */
async function signIn(): Promise<SignedIn | null> {
  const token = location.hash.slice(1);
  if (token !== "" && !isMoment(location.hash)) {
    history.replaceState(null, "", location.pathname);
    return ask<SignedIn>("POST", "session", { token }, token);
  }
  return ask<SignedIn>("GET", "session").catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(word: string): void {
  field("word").textContent = word;
}
