/** Formats an estimate for a terminal. */

import { type Item, total } from "./estimate.ts";

type Line = readonly [what: string, amount: string, dollars: string];

/** One line for each item, with a bar for its share, and the sum. */
export function table(items: readonly Item[]): string {
  const shown = items.filter(({ dollars }) => dollars > 0);
  const rows = shown.map(
    ({ what, quantity, unit, dollars }): Line => [what, `${count(quantity)} ${unit}`, money(dollars)],
  );
  const lines: readonly Line[] = [...rows, ["Total", "", money(total(items))]];
  const width = (column: 0 | 1 | 2) => Math.max(...lines.map((line) => line[column].length));
  const [first, second, third] = [width(0), width(1), width(2)];
  return lines
    .map(([what, amount, dollars]) =>
      [what.padEnd(first), amount.padStart(second), dollars.padStart(third)].join("  "),
    )
    .join("\n");
}

function count(quantity: number): string {
  return quantity.toLocaleString("en", { maximumFractionDigits: quantity < 100 ? 1 : 0 });
}

/** In cents, or with as many digits as it takes to show that it isn't free. */
function money(dollars: number): string {
  return dollars < 0.01 && dollars > 0 ? `$${dollars.toFixed(4)}` : `$${dollars.toFixed(2)}`;
}
