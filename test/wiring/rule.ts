/** A rule of the wiring: what must hold, said as the complaints when it doesn't. */

import type { CodeByFile } from "./code.ts";
import type { Stack } from "./stack.ts";

export interface Wiring {
  readonly stack: Stack;
  readonly code: CodeByFile;
}

export type Rule = (wiring: Wiring) => Iterable<string>;
