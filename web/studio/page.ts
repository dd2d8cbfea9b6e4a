/** The studio's elements, which the HTML names. */

/** Throws when the page has none of this id: HTML and script don't fit. */
export function field<T extends HTMLElement = HTMLInputElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found as T;
}

/** Makes an element with these properties and children. Texts stay texts. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  children: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Only what has changed, since screen readers read every change aloud. */
export function write(id: string, text: string): void {
  const element = field(id);
  if (element.textContent !== text) element.textContent = text;
}

/** Copies a text, and tells the person. */
export async function copy(what: string, text: string, onWord: (word: string) => void): Promise<void> {
  await navigator.clipboard.writeText(text).then(
    () => onWord(`${what}: it is in your clipboard.`),
    () => onWord(`The browser doesn't let the studio copy: select the ${what.toLowerCase()} by hand.`),
  );
}
