/** What a viewer brings along to get into a private stream: a password, a personal link, or another site's token. */

import type { EntryWay } from "../../functions/edge/ticket.ts";

export interface Pass {
  readonly way: EntryWay;
  readonly value: string;
}

/** Asked whenever the viewer has to enter, so that a site can give a new token. */
export type PassSource = () => Pass | null | Promise<Pass | null>;

/** What a page knows of its viewer; one of these. */
export interface Entry {
  readonly password?: string;
  /** A personal link, whole or what follows `#link=` in it. */
  readonly link?: string;
  /** A token that the page's own site has signed, or what gets the current one. */
  readonly token?: string | (() => string | Promise<string>);
}

/** Throws when nothing is among it. */
export function passFrom({ password, link, token }: Entry): PassSource {
  if (typeof token === "function") return async () => ({ way: "token", value: await token() });
  if (token !== undefined) return () => ({ way: "token", value: token });
  if (password !== undefined) return () => ({ way: "password", value: password });
  if (link !== undefined) return () => ({ way: "link", value: link.replace(/^.*#link=/, "") });
  throw new Error("Name a password, a link or a token for a private stream.");
}

/** The pass in an address's fragment, which browsers send to nobody: `#link=…` or `#token=…`. */
export function passIn(fragment: string): Pass | null {
  const [, way, value = ""] = /^#(link|token)=([\w.-]+)$/.exec(fragment) ?? [];
  return way ? { way: way as EntryWay, value } : null;
}

/** As a header carries it: a password may have any letters. */
export function headerOf({ way, value }: Pass): string {
  if (way !== "password") return `${way} ${value}`;
  const bytes = String.fromCharCode(...new TextEncoder().encode(value));
  return `${way} ${btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}
