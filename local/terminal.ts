/** Shows how Shoal is doing: a few lines kept current in a terminal, a line for each change in a pipe. */

import { addressLines, liveLines, newsLines, type Status } from "./terminal/status-text.ts";

/** The part of a stream that is needed here; process.stdout is one. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface TerminalOptions {
  readonly plain: boolean;
  readonly quiet: boolean;
}

/** Often enough to look alive, rarely enough to be read. */
const REDRAW_SECONDS = 0.5;
const NEWS_SECONDS = 5;

const UP_AND_CLEAR = (lines: number): string => (lines > 0 ? `\x1b[${lines}A\x1b[J` : "");

export class Terminal {
  readonly #output: Output;
  readonly #isPlain: boolean;
  readonly #isQuiet: boolean;
  #shown: Status | undefined;
  #latest: Status | undefined;
  #drawnLines = 0;
  #drawnText = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(output: Output, { plain, quiet }: TerminalOptions) {
    this.#output = output;
    this.#isPlain = plain || !output.isTTY;
    this.#isQuiet = quiet;
  }

  /** Takes the newest status. The first is shown at once, later ones at intervals. */
  show(status: Status): void {
    this.#latest = status;
    if (this.#isQuiet || this.#timer) return;
    this.#update();
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        if (this.#latest && this.#latest !== this.#shown) this.show(this.#latest);
      },
      (this.#isPlain ? NEWS_SECONDS : REDRAW_SECONDS) * 1000,
    );
    this.#timer.unref();
  }

  /** Prints a line that stays. */
  say(line: string): void {
    if (!this.#isQuiet) this.#print(line);
  }

  /** Prints a line that stays, even with --quiet. */
  warn(line: string): void {
    this.#print(line);
  }

  /** Stops showing; what is on the screen stays. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#drawnLines = 0;
  }

  #print(line: string): void {
    this.#output.write(`${UP_AND_CLEAR(this.#drawnLines)}${line}\n`);
    this.#drawnLines = 0;
    if (!this.#isPlain && this.#shown) this.#draw(this.#shown);
  }

  #update(): void {
    if (!this.#latest) return;
    if (this.#isPlain) {
      for (const line of newsLines(this.#shown, this.#latest)) this.#output.write(`${line}\n`);
    } else {
      this.#draw(this.#latest);
    }
    this.#shown = this.#latest;
  }

  #draw(status: Status): void {
    const lines = ["", ...addressLines(status), "", ...liveLines(status), "", "Ctrl-C ends it."];
    // A line that wraps would count as two when going up.
    const width = (this.#output.columns || 80) - 1;
    const text = lines.map((line) => `${line.slice(0, width)}\n`).join("");
    if (this.#drawnLines > 0 && text === this.#drawnText) return;
    this.#output.write(UP_AND_CLEAR(this.#drawnLines) + text);
    this.#drawnLines = lines.length;
    this.#drawnText = text;
  }
}
