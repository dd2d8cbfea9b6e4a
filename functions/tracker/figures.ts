// Counts what the tracker does and prints it for CloudWatch (embedded metric format), one line a minute and instance.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

/** What is counted. Refusals by cause; what is shed when DynamoDB or @connections throttles. */
export type Counted =
  | "Announces"
  | "OffersRelayed"
  | "Answers"
  | "AnswersInVain"
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
  | "RefusedUnavailable"
  | "Ignored";

/** The format takes at most 100 values of a metric in one line. */
const mostLatencies = 100;
const secondsBetweenLines = 60;

export class Figures {
  readonly #functionName: string;
  readonly #counts = new Map<Counted, number>();
  #latencies: number[] = [];
  #timed = 0;
  #since: number;

  constructor(functionName: string, nowSeconds: number) {
    this.#functionName = functionName;
    this.#since = nowSeconds;
  }

  count(what: Counted, by = 1): void {
    if (by !== 0) this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  /** Notes how long a message took. Of more than a hundred a minute, each has the same chance to be in the line. */
  time(milliseconds: number, random: () => number): void {
    this.#timed++;
    if (this.#latencies.length < mostLatencies) this.#latencies.push(milliseconds);
    else if (random() < mostLatencies / this.#timed) {
      this.#latencies[Math.floor(random() * mostLatencies)] = milliseconds;
    }
  }

  /** The line that is due, if a minute has passed since the last and there is something to say. */
  line(nowSeconds: number): string | null {
    if (nowSeconds - this.#since < secondsBetweenLines || this.#counts.size + this.#timed === 0) return null;
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
