/** Finds an element that the player's own markup is known to have. */

export function part<E extends Element = HTMLElement>(parent: ParentNode, selector: string): E {
  const element = parent.querySelector<E>(selector);
  if (!element) throw new Error(`The player's markup has no ${selector}.`);
  return element;
}
