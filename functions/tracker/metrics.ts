/**
 * Counts what the tracker does and reports it to CloudWatch in its embedded metric format, a line a minute per instance.
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
const SECONDS_BETWEEN_REPORTS = 60;

export class Metrics {
  readonly #functionName: string;
  readonly #counts = new Map<MetricName, number>();
  #latencies: number[] = [];
  #timed = 0;
  #since: number;

  constructor(functionName: string, nowSeconds: number) {
    this.#functionName = functionName;
    this.#since = nowSeconds;
  }

  count(what: MetricName, by = 1): void {
    if (by !== 0) this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  /** Records how long a message took. Of more than a hundred a minute, each has the same chance of being in the line. */
  time(milliseconds: number, random: () => number): void {
    this.#timed++;
    if (this.#latencies.length < MAX_LATENCIES) this.#latencies.push(milliseconds);
    else if (random() < MAX_LATENCIES / this.#timed) {
      this.#latencies[Math.floor(random() * MAX_LATENCIES)] = milliseconds;
    }
  }

  /** The line to print, or null until a minute has passed since the last one and something has been counted. */
  line(nowSeconds: number): string | null {
    if (nowSeconds - this.#since < SECONDS_BETWEEN_REPORTS || this.#counts.size + this.#timed === 0)
      return null;
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
    this.#since = nowSeconds;
    return JSON.stringify(line);
  }
}
