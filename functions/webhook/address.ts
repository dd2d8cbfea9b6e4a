/** Where a webhook may send to: a public address on the web, and no other machine of ours or of the function's network. */

import type { LookupAddress, LookupOptions } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** Whether private addresses and plain HTTP are taken: on the laptop, where receivers are tried out. */
export interface Reach {
  readonly isPrivateAllowed: boolean;
}

/** Why an address can't be a webhook's, for the person who typed it. */
export class AddressError extends Error {
  override readonly name = "AddressError";
}

const LONGEST_ADDRESS = 500;

/** Reads an address that somebody typed. Throws an AddressError. */
export function parseAddress(text: string, reach: Reach): URL {
  const address = URL.canParse(text) && text.length <= LONGEST_ADDRESS ? new URL(text) : null;
  const isWeb = address?.protocol === "https:" || (reach.isPrivateAllowed && address?.protocol === "http:");
  if (!address || !isWeb) throw new AddressError("The address must begin with https://.");
  if (address.username !== "" || address.password !== "")
    throw new AddressError("The address must have no name and password in it.");
  refuseLiteral(address, reach);
  return address;
}

/** Throws for an address in numbers that isn't public: no name is looked up for it. */
export function refuseLiteral({ hostname }: URL, { isPrivateAllowed }: Reach): void {
  const literal = hostname.replace(/^\[(.*)\]$/, "$1");
  if (!isPrivateAllowed && isIP(literal) !== 0 && !isPublic(literal))
    throw new AddressError(`${literal} isn't a public address.`);
}

export type Resolve = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void,
) => void;

/** Looks a name up for a connection, which goes to the very address that was checked, and fails if any isn't public. */
export function guardedLookup({ isPrivateAllowed }: Reach, resolve: Resolve): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    resolve(hostname, { all: true }, (error, addresses = []) => {
      const [first] = addresses;
      if (error || !first) return callback(error ?? new Error(`${hostname} has no address`), "", 0);
      const strange = isPrivateAllowed ? undefined : addresses.find(({ address }) => !isPublic(address));
      if (strange) return callback(new AddressError(`${hostname} isn't at a public address.`), "", 0);
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

/** Neither private, loopback, link-local, shared, multicast nor reserved; nor a way to an IPv4 address by an IPv6 one. */
function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === "unicast";
}
