/**
 * Evaluates CloudWatch's metric math, as much of it as template.yaml uses: numbers, metrics by their ids, arithmetic,
 * comparisons, AND and OR, arrays, and the functions SUM, MAX, FILL and IF.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */

import type { Series } from "./metric-store.ts";

type Operand = number | Series;

/** A range of periods, by their numbers since the epoch; both ends are in it. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** The series that an expression makes of the given metrics. Throws if it is malformed, or gives a mere number. */
export function evaluateMath(
  expression: string,
  metrics: Readonly<Record<string, Series>>,
  range: Range,
): Series {
  const value = new Parser(expression, metrics, range).whole();
  if (typeof value === "number") throw new Error(`${expression} is a number; an alarm needs a time series`);
  return value;
}

const LEVELS: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { OR: (a, b) => Number(a !== 0 || b !== 0) },
  { AND: (a, b) => Number(a !== 0 && b !== 0) },
  {
    ">=": (a, b) => Number(a >= b),
    "<=": (a, b) => Number(a <= b),
    ">": (a, b) => Number(a > b),
    "<": (a, b) => Number(a < b),
  },
  { "+": (a, b) => a + b, "-": (a, b) => a - b },
  { "*": (a, b) => a * b, "/": (a, b) => a / b },
];

class Parser {
  readonly #expression: string;
  readonly #tokens: string[];
  readonly #metrics: Readonly<Record<string, Series>>;
  readonly #range: Range;

  constructor(expression: string, metrics: Readonly<Record<string, Series>>, range: Range) {
    this.#expression = expression;
    this.#tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|>=|<=|\S/g) ?? [];
    this.#metrics = metrics;
    this.#range = range;
  }

  whole(): Operand {
    const value = this.#level(0);
    if (this.#tokens.length > 0) throw this.#malformed(`${this.#tokens[0]} is left over`);
    return value;
  }

  #level(level: number): Operand {
    const operators = LEVELS[level];
    if (!operators) return this.#operand();
    let value = this.#level(level + 1);
    for (;;) {
      const operator = operators[this.#tokens[0] ?? ""];
      if (!operator) return value;
      this.#tokens.shift();
      value = combined(value, this.#level(level + 1), operator);
    }
  }

  #operand(): Operand {
    const token = this.#tokens.shift() ?? "";
    if (/^\d/.test(token)) return Number(token);
    if (token === "(") {
      const value = this.#level(0);
      this.#expect(")");
      return value;
    }
    if (this.#tokens[0] === "(") return this.#call(token);
    const series = this.#metrics[token];
    if (!series) throw this.#malformed(`there is no metric ${token}`);
    return series;
  }

  #call(name: string): Operand {
    this.#expect("(");
    if (name === "SUM" || name === "MAX") {
      const all = this.#list("[", "]").map((each) => this.#series(each));
      this.#expect(")");
      return aggregated(all, name === "SUM" ? (a, b) => a + b : Math.max);
    }
    const [first = 0, second = 0, third = 0] = this.#arguments();
    if (name === "FILL") return filled(this.#series(first), Number(second), this.#range);
    if (name === "IF") return chosen(this.#series(first), second, third);
    throw this.#malformed(`this stand-in knows no function ${name}`);
  }

  #arguments(): Operand[] {
    this.#tokens.unshift("(");
    return this.#list("(", ")");
  }

  #list(open: string, close: string): Operand[] {
    this.#expect(open);
    const all = [this.#level(0)];
    while (this.#tokens[0] === ",") {
      this.#tokens.shift();
      all.push(this.#level(0));
    }
    this.#expect(close);
    return all;
  }

  #series(operand: Operand): Series {
    if (typeof operand === "number") throw this.#malformed("a number stands where a time series belongs");
    return operand;
  }

  #expect(token: string): void {
    const found = this.#tokens.shift();
    if (found !== token) throw this.#malformed(`${token} is missing before ${found ?? "the end"}`);
  }

  #malformed(why: string): Error {
    return new Error(`${this.#expression}: ${why}`);
  }
}

/** A series with a number, or the periods that both series have. */
function combined(a: Operand, b: Operand, operator: (a: number, b: number) => number): Operand {
  if (typeof a === "number" && typeof b === "number") return operator(a, b);
  const periods = typeof a === "number" ? (b as Series).keys() : a.keys();
  const result = new Map<number, number>();
  for (const period of periods) {
    const [left, right] = [valueAt(a, period), valueAt(b, period)];
    if (left !== undefined && right !== undefined) result.set(period, operator(left, right));
  }
  return result;
}

/** For each period, over the series that have it. */
function aggregated(all: readonly Series[], operator: (a: number, b: number) => number): Series {
  const result = new Map<number, number>();
  for (const [period, value] of all.flatMap((series) => [...series])) {
    const before = result.get(period);
    result.set(period, before === undefined ? value : operator(before, value));
  }
  return result;
}

/** A metric without a single data point in the range isn't filled: users of CloudWatch report that it stays empty. */
function filled(series: Series, value: number, { first, last }: Range): Series {
  if (series.size === 0) return series;
  const result = new Map(series);
  for (let period = first; period <= last; period++) {
    if (!result.has(period)) result.set(period, value);
  }
  return result;
}

function chosen(condition: Series, yes: Operand, no: Operand): Series {
  const result = new Map<number, number>();
  for (const [period, holds] of condition) {
    const value = valueAt(holds !== 0 ? yes : no, period);
    if (value !== undefined) result.set(period, value);
  }
  return result;
}

function valueAt(operand: Operand, period: number): number | undefined {
  return typeof operand === "number" ? operand : operand.get(period);
}
