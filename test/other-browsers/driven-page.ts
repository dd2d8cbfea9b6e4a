/** One page in a browser other than Chromium. Each protocol that drives a browser implements this in a file of its own. */

export interface DrivenPage {
  /** The browser's name and version. */
  readonly browser: string;
  open(address: string): Promise<void>;
  /** The value of a JavaScript expression in the page; it must be JSON. */
  evaluate<T>(expression: string): Promise<T>;
  /** Presses a key, named as in KeyboardEvent.key. */
  press(key: string): Promise<void>;
  /** What the window shows, as PNG. */
  screenshot(): Promise<Uint8Array>;
  /** Ends the browser too. */
  close(): Promise<void>;
}
