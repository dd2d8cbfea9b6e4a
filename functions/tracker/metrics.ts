/**
 * Counts what the tracker does and reports it to CloudWatch in its embedded metric format.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */

/** Refusals are counted by cause; shed are requests and messages that DynamoDB or @connections throttled. */
export type MetricName =
  | "Announces"
  | "OffersRelayed"
  | "Answers"
  | "AnswersInVain"
  | "AnswersUnasked"
  | "Scrapes"
  | "SeatsTaken"
  | "SeatsLeft"
  | "GoneConnections"
  | "MessagesShed"
  | "RequestsShed"
  | "Failures"
  | "RefusedMalformed"
  | "RefusedTooLarge"
  | "RefusedTooOften"
  | "RefusedTooManySwarms"
  | "RefusedForeignSwarm"
  | "RefusedForeignPeer"
  | "RefusedUnavailable"
  | "ConnectsRefused"
  | "Disconnected";

/** The format's limit on values of one metric in a line. */
const MAX_LATENCIES = 100;

/**
 * Lambda freezes an instance between invocations and ends it without a word, so whatever hasn't been printed by then is
 * lost. A busy instance prints a line every five seconds, in about a hundred messages; a quiet one at each message. A
 * failure, for which there is an alarm, is printed by the invocation that counts it.
 */
const SECONDS_BETWEEN_REPORTS = 5;

export class Metrics {
  readonly #functionName: string;
  readonly #counts = new Map<MetricName, number>();
  #latencies: number[] = [];
  #timed = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #isUrgent = false;

  constructor(functionName: string) {
    this.#functionName = functionName;
  }

  count(what: MetricName, by = 1): void {
    if (by === 0) return;
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
    if (what === "Failures") this.#isUrgent = true;
  }

  /** Records how long a message took. Of more than a hundred in a line's time, each has the same chance of being in the line. */
  time(milliseconds: number, random: () => number): void {
    this.#timed++;
    if (this.#latencies.length < MAX_LATENCIES) this.#latencies.push(milliseconds);
    else if (random() < MAX_LATENCIES / this.#timed) {
      this.#latencies[Math.floor(random() * MAX_LATENCIES)] = milliseconds;
    }
  }

  /** The line to print at the end of an invocation, or null when nothing has been counted or it may wait. */
  line(nowSeconds: number): string | null {
    const isDue = this.#isUrgent || nowSeconds - this.#reportedAt >= SECONDS_BETWEEN_REPORTS;
    if (!isDue || this.#counts.size + this.#timed === 0) return null;
    const counts = [...this.#counts.keys()].map((Name) => ({ Name, Unit: "Count" }));
    const latency = this.#timed > 0 ? [{ Name: "Latency", Unit: "Milliseconds" }] : [];
    const line = {
      _aws: {
        Timestamp: Math.floor(nowSeconds * 1000),
        CloudWatchMetrics: [
          { Namespace: "Shoal/Tracker", Dimensions: [["FunctionName"]], Metrics: [...counts, ...latency] },
        ],
      },
      FunctionName: this.#functionName,
      ...Object.fromEntries(this.#counts),
      ...(this.#timed > 0 && { Latency: this.#latencies }),
    };
    this.#counts.clear();
    this.#latencies = [];
    this.#timed = 0;
    this.#reportedAt = nowSeconds;
    this.#isUrgent = false;
    return JSON.stringify(line);
  }
}
