/** Starts and kills publishers for tests. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export interface Publication {
  readonly url: string;
  readonly video?: {
    readonly codec: "h264" | "hevc";
    readonly width: number;
    readonly height: number;
    /** Luma, blue and red of the plain video. */
    readonly colour: readonly [number, number, number];
    /** 30 unless it says otherwise. */
    readonly framesPerSecond?: number;
    /** A second's unless it says otherwise. */
    readonly framesPerKeyframe?: number;
    readonly openGops?: boolean;
    /** Sends noise of this bit rate in place of the colour. */
    readonly megabitsPerSecond?: number;
    /** In every other two seconds it sends one frame of three, and no noise. */
    readonly stutters?: boolean;
  };
  readonly audio?: {
    readonly codec: "aac" | "mp3";
    /** Of the tone: half of full scale unless it says otherwise. More than 1 is cut off. */
    readonly amplitude?: number;
    /** By how many seconds its clock is fast in each second. */
    readonly drift?: number;
  };
  /** Shows white and sounds the tone only in the first fifth of every second, together; else dark and silent. */
  readonly beats?: boolean;
}

export class Publisher {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #said = "";

  constructor(publication: Publication) {
    const program = new URL("./encode-and-publish.ts", import.meta.url).pathname;
    this.#process = spawn(process.execPath, [program, JSON.stringify(publication)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#said += text;
    });
    this.#ended = once(this.#process, "exit");
  }

  /** Waits until the publisher has ended by itself; returns its error output. */
  async ended(): Promise<string> {
    await this.#ended;
    return this.#said;
  }

  /** Kills it, without a proper end of the stream. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }

  /** Suspends it: its connection stays open, but sends nothing, as when a cable is pulled. */
  freeze(): void {
    this.#process.kill("SIGSTOP");
  }

  /** Ends `freeze`. */
  thaw(): void {
    this.#process.kill("SIGCONT");
  }
}
