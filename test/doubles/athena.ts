/**
 * Stands in for Athena: runs a query by SQLite over objects that were put into the bucket, with the columns and types of the
 * table in Glue's catalog. Functions of Athena's that SQLite hasn't are written here, as far as the saved queries use them.
 * https://docs.aws.amazon.com/athena/latest/ug/functions.html
 */

import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import type { Template } from "../../local/template.ts";

type Cell = string | number | null;

const STORED_AS: Readonly<Record<string, string>> = {
  timestamp: "TEXT",
  string: "TEXT",
  double: "REAL",
  int: "INTEGER",
  bigint: "INTEGER",
  boolean: "INTEGER",
};

const IS_OF: Readonly<Record<string, (value: unknown) => boolean>> = {
  timestamp: (value) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/.test(String(value)),
  string: (value) => typeof value === "string",
  double: (value) => typeof value === "number",
  int: (value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31,
  bigint: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === "boolean",
};

export interface Column {
  readonly Name: string;
  readonly Type: string;
}

export class Athena {
  readonly #columns: readonly Column[];
  readonly #partition: string;
  readonly #database = new DatabaseSync(":memory:");

  /** Throws on a type that it doesn't know. */
  constructor(table: string, columns: readonly Column[], { Name: partition, Type }: Column) {
    this.#columns = columns;
    this.#partition = partition;
    const all = [...columns, { Name: partition, Type }].map((each) => {
      const stored = STORED_AS[each.Type];
      if (!stored) throw new Error(`${each.Name} is ${each.Type}, which is no type of a column here`);
      return `${each.Name} ${stored}`;
    });
    this.#database.exec(`CREATE TABLE ${table} (${all.join()})`);
    this.#database.function("date_format", { deterministic: true }, dateFormat);
    this.#database.function("date_add", { deterministic: true }, dateAdd);
    this.#database.function("date_trunc", { deterministic: true }, dateTrunc);
    this.#database.aggregate("approx_percentile", {
      start: "",
      step: (all, value, weight, part) => `${all}${value} ${weight} ${part}\n`,
      result: percentile,
    });
  }

  /** The table that this template's stack has. */
  static of(template: Template): Athena {
    const [table] = template.resourcesOf("AWS::Glue::Table");
    const input = table?.properties.at("TableInput");
    const [partition] = (input?.at("PartitionKeys").raw ?? []) as Column[];
    if (!input || !partition) throw new Error("The template has no table with a partition");
    const columns = input.at("StorageDescriptor", "Columns").raw as Column[];
    return new Athena(input.at("Name").text(), columns, partition);
  }

  /** Adds the rows of an object of this key. Throws where they don't fit the table. */
  load(table: string, key: string, body: Uint8Array): void {
    const partition = new RegExp(`/${this.#partition}=([^/]+)/`).exec(key)?.[1];
    if (partition === undefined || !key.endsWith(".gz")) throw new Error(`${key} is in no partition`);
    const names = [...this.#columns.map(({ Name }) => Name), this.#partition];
    const insert = this.#database.prepare(
      `INSERT INTO ${table} (${names.join()}) VALUES (${names.map(() => "?").join()})`,
    );
    for (const line of gunzipSync(body).toString("utf8").trimEnd().split("\n"))
      insert.run(...this.#cells(JSON.parse(line)), partition);
  }

  query(text: string): Record<string, Cell>[] {
    return this.#database.prepare(text).all() as Record<string, Cell>[];
  }

  #cells(row: Readonly<Record<string, unknown>>): Cell[] {
    for (const name of Object.keys(row))
      if (!this.#columns.some(({ Name }) => Name === name)) throw new Error(`The table has no ${name}`);
    return this.#columns.map(({ Name, Type }) => {
      const value = row[Name] ?? null;
      if (value !== null && !IS_OF[Type]?.(value))
        throw new Error(`${Name} is ${value}, which is no ${Type}`);
      return typeof value === "boolean" ? Number(value) : (value as Cell);
    });
  }
}

function dateFormat(date: SQLInputValue, format: SQLInputValue): string {
  if (format !== "%Y-%m-%d") throw new Error(`No date is written as ${format} here`);
  return String(date).slice(0, 10);
}

function dateAdd(unit: SQLInputValue, count: SQLInputValue, date: SQLInputValue): string {
  if (unit !== "day") throw new Error(`Nothing is counted in ${unit} here`);
  return new Date(Date.parse(String(date)) + Number(count) * 86_400_000).toISOString().slice(0, 10);
}

function dateTrunc(unit: SQLInputValue, time: SQLInputValue): string {
  if (unit !== "hour") throw new Error(`Nothing is cut to ${unit} here`);
  return `${String(time).slice(0, 13)}:00:00.000`;
}

/** The least value that weighs, with all below it, this part of the whole. */
function percentile(all: SQLInputValue): number | null {
  const cells = String(all)
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  const sorted = cells.toSorted(([one = 0], [other = 0]) => one - other);
  const total = sorted.reduce((sum, [, weight = 0]) => sum + weight, 0);
  let passed = 0;
  for (const [value = 0, weight = 0, part = 1] of sorted) {
    passed += weight;
    if (passed >= part * total) return value;
  }
  return null;
}
