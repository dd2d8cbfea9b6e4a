/** A value of the template whose type is not known yet. Reading it as the wrong type throws an error with its path. */

export class Value {
  /** The value itself, with every intrinsic evaluated. */
  readonly raw: unknown;
  /** Its path in the template, for error messages. */
  readonly path: string;

  constructor(raw: unknown, path: string) {
    this.raw = raw;
    this.path = path;
  }

  /** Whether the template has this value. */
  get exists(): boolean {
    return this.raw !== undefined && this.raw !== null;
  }

  /** The value under these keys; `exists` is false for it when one of them is missing. */
  at(...keys: string[]): Value {
    let raw = this.raw;
    for (const key of keys) {
      raw = typeof raw === "object" && raw !== null ? (raw as Record<string, unknown>)[key] : undefined;
    }
    return new Value(raw, [this.path, ...keys].join("."));
  }

  text(fallback?: string): string {
    if (!this.exists && fallback !== undefined) return fallback;
    if (typeof this.raw === "string" || typeof this.raw === "number" || typeof this.raw === "boolean") {
      return String(this.raw);
    }
    throw this.#wrong("text");
  }

  number(fallback?: number): number {
    if (!this.exists && fallback !== undefined) return fallback;
    const number = typeof this.raw === "string" && this.raw !== "" ? Number(this.raw) : this.raw;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    throw this.#wrong("a number");
  }

  flag(fallback?: boolean): boolean {
    if (!this.exists && fallback !== undefined) return fallback;
    if (this.raw === true || this.raw === "true") return true;
    if (this.raw === false || this.raw === "false") return false;
    throw this.#wrong("true or false");
  }

  /** The items of a list; none when the value doesn't exist. */
  list(): Value[] {
    if (!this.exists) return [];
    if (!Array.isArray(this.raw)) throw this.#wrong("a list");
    return this.raw.map((item, index) => new Value(item, `${this.path}[${index}]`));
  }

  /** The entries of a map; none when the value doesn't exist. */
  entries(): [string, Value][] {
    if (!this.exists) return [];
    if (typeof this.raw !== "object" || Array.isArray(this.raw)) throw this.#wrong("a map");
    return Object.entries(this.raw as object).map(([key, item]) => [
      key,
      new Value(item, `${this.path}.${key}`),
    ]);
  }

  #wrong(wanted: string): Error {
    const found = this.exists ? `is ${JSON.stringify(this.raw)}` : "is missing";
    return new Error(`template.yaml: ${this.path} ${found}, but must be ${wanted}`);
  }
}
