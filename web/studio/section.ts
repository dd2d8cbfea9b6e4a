/** What a section of the studio's page is. */

import type { Session } from "../../functions/record/session.ts";

export type SignedIn = Pick<Session, "role" | "expiresAt">;

export interface Section {
  /** Of its element in studio.html, which is hidden until the section has opened. */
  readonly id: string;
  readonly isForOwners?: boolean;
  /** Fills the element. `onWord` is told what happened later, for the person; what rejects is told as well. */
  open(onWord: (word: string) => void, session: SignedIn): Promise<void>;
}
