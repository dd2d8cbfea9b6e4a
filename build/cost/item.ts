/** A line of an estimate. */

export interface Item {
  readonly what: string;
  readonly quantity: number;
  readonly unit: string;
  readonly dollars: number;
}

export function item(what: string, quantity: number, unit: string, price: number): Item {
  return { what, quantity, unit, dollars: quantity * price };
}
