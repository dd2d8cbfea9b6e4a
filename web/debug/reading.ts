/** Reads what came from outside into a type that can't be wrong, or says where it is: `segments[3].knownAt is "x", …`. */

/** Returns the value, or throws with a sentence; `where` is its place. */
export type Reader<T> = (found: unknown, where: string) => T;

export type Read<R> = R extends Reader<infer T> ? T : never;

const LONGEST_SHOWN = 40;

function fail(found: unknown, where: string, what: string): never {
  const shown = (JSON.stringify(found) ?? "missing").slice(0, LONGEST_SHOWN);
  throw new Error(`${where} is ${shown}, but must be ${what}.`);
}

export const number: Reader<number> = (found, where) =>
  typeof found === "number" && Number.isFinite(found) ? found : fail(found, where, "a number");

export const boolean: Reader<boolean> = (found, where) =>
  typeof found === "boolean" ? found : fail(found, where, "true or false");

export function text(longest: number): Reader<string> {
  return (found, where) =>
    typeof found === "string" && found.length <= longest
      ? found
      : fail(found, where, `a text of at most ${longest} characters`);
}

export function oneOf<Word extends string>(...words: readonly Word[]): Reader<Word> {
  return (found, where) => words.find((word) => word === found) ?? fail(found, where, words.join(" or "));
}

export function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (found, where) => (found === null ? null : read(found, where));
}

export function list<T>(read: Reader<T>, most: number): Reader<readonly T[]> {
  return (found, where) => {
    if (!Array.isArray(found) || found.length > most) fail(found, where, `a list of at most ${most}`);
    return found.map((one, index) => read(one, `${where}[${index}]`));
  };
}

/** Other members than these are left out. */
export function object<Readers extends Readonly<Record<string, Reader<unknown>>>>(
  readers: Readers,
): Reader<{ readonly [Name in keyof Readers]: Read<Readers[Name]> }> {
  return (found, where) => {
    if (typeof found !== "object" || found === null || Array.isArray(found)) fail(found, where, "an object");
    const members = found as Readonly<Record<string, unknown>>;
    const entries = Object.entries(readers).map(([name, read]) => [
      name,
      read(members[name], where === "" ? name : `${where}.${name}`),
    ]);
    return Object.fromEntries(entries);
  };
}
