/** Who is signed in, for owners: their sessions can be ended, and others invited. */

import type { Role, Session } from "../../functions/record/session.ts";
import { ask } from "./api.ts";
import { deviceName } from "./local-time.ts";
import { field } from "./page.ts";
import type { Section } from "./section.ts";

type KnownSession = Session & { isThis: boolean };

export const peopleSection: Section = {
  id: "people",
  isForOwners: true,
  async open(onWord) {
    const tell = (error: Error) => onWord(error.message);
    for (const role of ["producer", "owner"] as const) {
      field(`invite-${role}`).addEventListener("click", () => void invite(role).catch(tell));
    }
    await listSessions(tell);
  },
};

async function listSessions(onError: (error: Error) => void): Promise<void> {
  const sessions = await ask<KnownSession[]>("GET", "sessions");
  const items = sessions.map((session) => {
    const item = document.createElement("li");
    const since = new Date(session.startedAt * 1000).toLocaleString();
    const whose = session.isThis ? "This browser" : deviceName(session.device);
    item.append(`${whose}, ${session.role}, since ${since}`);
    if (!session.isThis) {
      const end = document.createElement("button");
      end.type = "button";
      end.textContent = `End ${whose}'s session`;
      end.addEventListener("click", () => {
        ask("DELETE", `sessions/${session.id}`)
          .then(() => listSessions(onError))
          .catch(onError);
      });
      item.append(end);
    }
    return item;
  });
  field("sessions").replaceChildren(...items);
}

async function invite(role: Role): Promise<void> {
  const { token } = await ask<{ token: string }>("POST", "links", { role });
  const link = new URL(`/studio#${token}`, location.href).href;
  const copied = await navigator.clipboard.writeText(link).then(
    () => "It is in your clipboard.",
    () => "",
  );
  field("invitation").textContent = `For whoever opens it first, within ten minutes: ${link} ${copied}`;
}
