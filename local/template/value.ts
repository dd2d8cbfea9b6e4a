// A value of the template whose shape is not known yet: reading it as the wrong kind says where and what it is.

export class Value {
  /** The value itself, with every intrinsic evaluated. */
  readonly raw: unknown;
  /** Where it stands in the template, for messages. */
  readonly path: string;

  constructor(raw: unknown, path: string) {
    this.raw = raw;
    this.path = path;
  }

  /** Whether there is a value. */
  get exists(): boolean {
    return this.raw !== undefined && this.raw !== null;
  }

  /** The value under these keys; one that doesn't exist where any of them is missing. */
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

  /** The items of a list; none when there is no list. */
  list(): Value[] {
    if (!this.exists) return [];
    if (!Array.isArray(this.raw)) throw this.#wrong("a list");
    return this.raw.map((item, index) => new Value(item, `${this.path}[${index}]`));
  }

  /** The entries of a map; none when there is no map. */
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
