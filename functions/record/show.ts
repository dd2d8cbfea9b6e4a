/** What is told of a show: how well the stream comes in, and what happened. */

export type Severity = "error" | "warning" | "info";

export interface Finding {
  readonly kind: string;
  /** "error": viewers see it. "warning": they may. "info": nothing has to be done. */
  readonly severity: Severity;
  /** What is wrong, with its figures. */
  readonly measured: string;
  readonly recommended: string;
  /** Where in OBS; empty where nothing in OBS helps. */
  readonly inObs: string;
}

/** A finding of one of the channel's pipelines. */
export interface KnownFinding extends Finding {
  readonly pipeline: string;
  /** In milliseconds since the epoch, as all times here. */
  readonly since: number;
}

export interface Health {
  readonly judgedAt: number;
  readonly isRunning: boolean;
  /** Whether anything came in, in the last minutes. */
  readonly hasInput: boolean;
  /** Whether the encoder measures its input itself. MediaLive doesn't, so some rules can't be judged. */
  readonly hasInputMetrics: boolean;
  readonly findings: readonly KnownFinding[];
  /** How many e-mails there have been since the channel started. */
  readonly mailed: number;
  /** Of which lowering of SharingGuard's ramp people were told last: since when it is. */
  readonly sharingTold?: number;
}

export interface ShowEvent {
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** "starting", "running" and "stopped" of the channel; otherwise a finding's kind, or an alert's. */
  readonly kind: string;
  readonly severity: Severity;
  readonly text: string;
}
