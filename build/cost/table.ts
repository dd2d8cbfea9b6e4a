/** Formats estimates for a terminal. */

import { total } from "./estimate.ts";
import type { Item } from "./item.ts";
import type { PlannedMonth } from "./plans.ts";

/** One line for each item that costs something, and the sum. */
export function itemTable(items: readonly Item[]): string {
  const shown = items.filter(({ dollars }) => dollars > 0);
  const rows = shown.map(({ what, quantity, unit, dollars }) => [
    what,
    `${count(quantity)} ${unit}`,
    money(dollars),
  ]);
  return columns([...rows, ["Total", "", money(total(items))]]);
}

/**
 * One line for each way to pay, up to the first plan that suffices without sharing: what the month costs, how much of
 * the plan it uses, and how far the plan goes; first with sharing, then without. A star marks what the template's
 * distribution is no match for.
 */
export function planTable(shared: readonly PlannedMonth[], plain: readonly PlannedMonth[]): string {
  const enough = plain.findIndex(
    ({ allowance, dollars, isForTemplate }) => allowance !== null && dollars !== null && isForTemplate,
  );
  const shown = enough < 0 ? shared : shared.slice(0, enough + 1);
  const others = plain.map(cells);
  const rows = shown.map((month, index) => [
    nameOf(month),
    ...cells(month),
    ...others.slice(index, index + 1).flat(),
  ]);
  const heading = ["shared", "used", "viewer-hours"];
  return columns([["", ...heading, ...heading.with(0, "plain HLS")], ...rows]);
}

function nameOf({ name, isForTemplate }: PlannedMonth): string {
  return isForTemplate ? name : `${name} *`;
}

function cells({ dollars, allowance }: PlannedMonth): string[] {
  const price = dollars === null ? "too small" : money(dollars);
  if (allowance === null) return [price, "", ""];
  const percent = `${count(Math.round(allowance.used * 100))} % of ${allowance.binds}`;
  return [price, percent, count(Math.floor(allowance.viewerHours))];
}

/** Aligns the first column on the left and the others on the right. All rows have as many cells. */
function columns(rows: readonly (readonly string[])[]): string {
  const width = (column: number) =>
    Math.max(...rows.flatMap((row) => row.slice(column, column + 1)).map(lengthOf));
  const aligned = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(width(column)) : cell.padStart(width(column));
  return rows.map((row) => row.map(aligned).join("  ").trimEnd()).join("\n");
}

function lengthOf({ length }: string): number {
  return length;
}

function count(quantity: number): string {
  return quantity.toLocaleString("en", { maximumFractionDigits: quantity < 100 ? 1 : 0 });
}

/** In cents, or with as many digits as it takes to show that it isn't free. */
function money(dollars: number): string {
  return dollars < 0.01 && dollars > 0 ? `$${dollars.toFixed(4)}` : `$${dollars.toFixed(2)}`;
}
