/** A session of the studio, as its API tells of it, and a passkey, which opens one. */

/** An owner may also invite people and end their sessions. */
export type Role = "owner" | "producer";

export interface Session {
  readonly id: string;
  readonly role: Role;
  /** What the browser calls itself, for people to know their sessions by. */
  readonly device: string;
  /** Seconds since the epoch, as all times here. */
  readonly startedAt: number;
  readonly expiresAt: number;
  /** The id of the passkey that opened it; none of a link. */
  readonly passkey?: string;
}

export interface Passkey {
  /** WebAuthn's credential id, in Base64 for addresses; likewise the public key. */
  readonly id: string;
  readonly publicKey: string;
  /** How often it has signed; some devices always say 0. */
  readonly counter: number;
  readonly role: Role;
  /** The page that it is for, such as `https://live.example.com`: a signature for another is refused. */
  readonly origin: string;
  /** What the browser called itself, for people to know it by. */
  readonly device: string;
  /** Seconds since the epoch. */
  readonly addedAt: number;
  readonly usedAt: number;
}

/** What isn't an owner's is a producer's. */
export function roleOf(text: string): Role {
  return text === "owner" ? "owner" : "producer";
}
