/**
 * Reports now and then what a viewer's player counted, if the viewer is in the sample. A report that gets lost isn't sent
 * again: the next one tells what it told. Nothing here is waited for by the player.
 */

import type { Pace } from "../../functions/insights/pace.ts";
import type {
  EARLY_LEAVERS as EarlyLeavers,
  Moment,
  ReportReply,
} from "../../functions/insights/report-shape.ts";
import { type ReportedError, type ReportFacts, reportText } from "./report-lines.ts";
import { isAsked } from "./viewer-share.ts";

/** What the player counted until now, by the page's clock. */
export interface Reading extends Omit<ReportFacts, "session" | "number" | "from" | "errors" | "standsFor"> {
  /** Since when the viewer has been in this group, by the page's clock; 0 if always. */
  readonly groupSince: number;
}

export interface ReporterServices {
  /** By the viewer's id in its ticket. */
  readonly viewer: string;
  /** What nobody else's session is called. */
  readonly session: string;
  read(): Reading;
  /** How many viewers there are, as the tracker counts; null where it doesn't. */
  audience(): number | null;
  /** Whether all agree to it, at this moment. */
  mayReport(): boolean;
  /** Asks at what pace viewers report; null if that can't be learned. */
  askPace(): Promise<Pace | null>;
  /** SharingGuard lets this part of the viewers share, 0 to 1. */
  guard(ramp: number): void;
  /** Delivers a report; null if there was no answer. Goes on when the page is left. */
  deliver(text: string): Promise<ReportReply | null>;
  /** From 0 to 1. */
  random(): number;
  /** Calls back once, after so long; returns a function that prevents it. */
  after(seconds: number, then: () => void): () => void;
}

/** Before anything is known, and after a failure. */
const UNKNOWN_PACE: Pace = { probability: 0, seconds: 240, ramp: 1 };

/** A tenth earlier or later, so that viewers who came together part. */
const SPREAD = 0.2;

/** The border takes spans of twenty minutes; a computer that slept for longer begins anew. */
const LONGEST_SPAN_MS = 900_000;

/** As many as the border takes, and a first and a last line. */
const MOST_ERRORS = 10;

/** A clock that is more than this beside the border's is set by it. */
const CLOCK_SLACK_MS = 30_000;

/** A newcomer looks at the pace again after this, when what a crowd does to it has begun to show. */
const SECOND_LOOK_SECONDS = 40;

/** In a smaller audience those who leave early report for themselves. */
const LARGE_AUDIENCE = 500;

/** Of who leaves a large one before its second look, one reports for so many. */
const EARLY_LEAVERS: typeof EarlyLeavers = 64;

export class Reporter {
  readonly #services: ReporterServices;
  #pace = UNKNOWN_PACE;
  #cancel = () => {};
  #number = 0;
  /** Where the next report begins: where the last one ended that arrived. */
  #from: Moment;
  #errors: readonly ReportedError[] = [];
  #hasToldStart = false;
  #aheadMs = 0;
  #isOver = false;
  #isNewcomer = true;

  /** `from` is when the session began. */
  constructor(services: ReporterServices, from: Moment) {
    this.#services = services;
    this.#from = from;
  }

  /**
   * The first report is due within the first interval, later rather than sooner: of a crowd that comes at once few report
   * at first, and the probability falls before the many do.
   */
  async start(): Promise<void> {
    await this.#learnPace();
    const due = this.#pace.seconds * Math.cbrt(this.#services.random());
    const look = SECOND_LOOK_SECONDS * this.#spread();
    if (due <= look) return this.#plan(due);
    this.#plan(look, async () => {
      await this.#learnPace();
      this.#isNewcomer = false;
      this.#plan(due - look);
    });
  }

  /** Something kept the stream from playing. */
  failed(kind: string, at: number): void {
    if (this.#errors.length < MOST_ERRORS) this.#errors = [...this.#errors, { at, kind }];
  }

  /** The viewer leaves: what wasn't told yet is told at once. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancel();
    const standsFor = this.#standsFor();
    if (this.#isInSample(standsFor))
      void this.#report({ ...this.#services.read(), state: "quit" }, standsFor);
  }

  /** A page that was left comes back as it was. */
  resume(): void {
    if (!this.#isOver) return;
    this.#isOver = false;
    void this.start();
  }

  #plan(seconds: number, then = () => this.#due()): void {
    if (this.#isOver) return;
    this.#cancel();
    this.#cancel = this.#services.after(seconds, () => void then());
  }

  #spread(): number {
    return 1 - SPREAD / 2 + SPREAD * this.#services.random();
  }

  #standsFor(): number {
    return this.#isNewcomer && (this.#services.audience() ?? 0) >= LARGE_AUDIENCE ? EARLY_LEAVERS : 1;
  }

  async #due(): Promise<void> {
    // Who reports learns the pace by the answers. The others ask, and a newcomer right before its first report.
    if (this.#number === 0 || !this.#isInSample()) await this.#learnPace();
    if (this.#isOver) return;
    this.#isNewcomer = false;
    if (this.#isInSample()) await this.#report(this.#services.read());
    this.#plan(this.#pace.seconds * this.#spread());
  }

  #isInSample(standsFor = 1): boolean {
    return this.#services.mayReport() && isAsked(this.#services.viewer, this.#pace.probability / standsFor);
  }

  async #learnPace(): Promise<void> {
    if (!this.#services.mayReport()) return;
    const { probability, ramp } = this.#pace;
    this.#follow((await this.#services.askPace()) ?? { ...UNKNOWN_PACE, probability, ramp });
  }

  #follow(pace: Pace): void {
    this.#pace = pace;
    // A deployment of before knows no guard.
    this.#services.guard(pace.ramp ?? 1);
  }

  async #report(reading: Reading, standsFor = 1): Promise<void> {
    const { to, startMs, group, groupSince } = reading;
    const from = to.at - this.#from.at > LONGEST_SPAN_MS ? to : this.#from;
    const errors = this.#errors;
    const text = reportText({
      ...reading,
      session: this.#services.session,
      number: this.#number,
      from: this.#byBorder(from),
      to: this.#byBorder(to),
      startMs: this.#hasToldStart ? null : startMs,
      group: groupSince > from.at ? "none" : group,
      errors: errors.map(({ at, kind }) => ({ at: at - this.#aheadMs, kind })),
      standsFor,
    });
    this.#number += 1;
    const reply = await this.#services.deliver(text);
    if (reply === null) return;
    if (reply.pace !== null) this.#follow(reply.pace);
    if (reply.refused === "late") this.#setClock(to.at, reply.now);
    // Too late, or not in the sample: the next report covers it. What was malformed once would be so again.
    if (reply.refused !== undefined && reply.refused !== "malformed") return;
    this.#from = to;
    this.#errors = this.#errors.slice(errors.length);
    this.#hasToldStart ||= startMs !== null;
  }

  #setClock(at: number, now: number): void {
    if (Math.abs(at - this.#aheadMs - now) > CLOCK_SLACK_MS) this.#aheadMs = at - now;
  }

  #byBorder(moment: Moment): Moment {
    return { ...moment, at: moment.at - this.#aheadMs };
  }
}
