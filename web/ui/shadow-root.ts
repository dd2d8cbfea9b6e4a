/** The player's shadow root: adds style sheets and markup to it, and finds elements in it. */

/** Adds style sheets as constructed sheets, which no content security policy forbids. */
export function adoptStyles(root: ShadowRoot, ...sheets: readonly string[]): void {
  const adopted = sheets.map((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  });
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...adopted];
}

/** The first element that matches. Throws if there is none, because the player's own markup must have it. */
export function find<E extends Element = HTMLElement>(parent: ParentNode, selector: string): E {
  const element = parent.querySelector<E>(selector);
  if (!element) throw new Error(`The player's markup has no ${selector}.`);
  return element;
}
