/** Takes out of a text what a file that is handed over must not say: tickets, tokens, addresses. */

import { viewerOf } from "../sharing/peer-id.ts";

export const LONGEST_TEXT = 200;

/** In this order: a ticket in a path is gone before the address around it is looked at. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\/t\/[\w.-]{20,}/g, "/t/(ticket)"],
  // JSON Web Tokens, wherever they stand.
  [/\beyJ[\w-]+(?:\.[\w-]*)*/g, "(token)"],
  // What follows in an address: signatures of other CDNs, personal links.
  [/([a-z][a-z+.-]*:\/\/[^\s?#]*)[?#]\S*/gi, "$1"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, "(address)"],
  [/(?<![\w:])(?=[\da-f:]*:[\da-f]*:)[\da-f:]{3,39}(?:%\w+)?(?![\w:])/gi, "(address)"],
  [/\b[\w-]+\.local\b/gi, "(address)"],
];

export function scrubbed(text: string): string {
  const clean = SECRETS.reduce((rest, [pattern, word]) => rest.replace(pattern, word), text);
  return clean.slice(0, LONGEST_TEXT);
}

/**
 * Six characters for a viewer, the same in everybody's file: enough to tell those of one show apart, and no way back to the
 * id in a ticket.
 */
export function nameOf(peerId: string): string {
  // FNV-1a. Not the election's hash: its chunk would be cut off the player's, and be one request more for everybody.
  let hash = 0x811c9dc5;
  for (const character of viewerOf(peerId)) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return (hash >>> 8).toString(16).padStart(6, "0").slice(-6);
}

/** A rendition by the last part of its playlist's path, since addresses may be signed. */
export function renditionName(address: string): string {
  const path = address.replace(/[?#].*$/s, "").replace(/\/$/, "");
  return path
    .replace(/^.*\//s, "")
    .slice(-60)
    .replace(/[^\w.-]/g, "_");
}
