/** Metrics as CloudWatch keeps them: samples by namespace, name and dimensions, and their statistic for each period. */

export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Values by the number of their period since the epoch. A period without a value is missing, which isn't 0. */
export type Series = ReadonlyMap<number, number>;

type Samples = readonly [number, ...number[]];

const STATISTICS: Readonly<Record<string, (samples: Samples) => number>> = {
  Sum: (samples) => samples.reduce((sum, value) => sum + value),
  Maximum: (samples) => Math.max(...samples),
  Average: (samples) => samples.reduce((sum, value) => sum + value) / samples.length,
};

/** What a line in the embedded metric format holds, as far as Shoal writes it. */
interface EmbeddedMetrics {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

export class MetricStore {
  readonly #samples = new Map<string, { readonly seconds: number; readonly value: number }[]>();

  record(metric: MetricId, value: number, epochSeconds: number): void {
    const samples = this.#samples.get(keyOf(metric)) ?? [];
    samples.push({ seconds: epochSeconds, value });
    this.#samples.set(keyOf(metric), samples);
  }

  /** Records what a log line reports in the embedded metric format; other lines report nothing. */
  recordLogLine(line: string, epochSeconds: number): void {
    if (!line.startsWith('{"_aws"')) return;
    const report = JSON.parse(line) as EmbeddedMetrics;
    for (const { Namespace, Dimensions, Metrics } of report._aws.CloudWatchMetrics) {
      for (const names of Dimensions) {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(report[name])]));
        for (const { Name } of Metrics) {
          const metric = { namespace: Namespace, name: Name, dimensions };
          for (const value of [report[Name]].flat()) this.record(metric, Number(value), epochSeconds);
        }
      }
    }
  }

  series(metric: MetricId, statistic: string, periodSeconds: number): Series {
    const compute = STATISTICS[statistic];
    if (!compute) throw new Error(`this stand-in knows no statistic ${statistic}`);
    const periods = new Map<number, [number, ...number[]]>();
    for (const { seconds, value } of this.#samples.get(keyOf(metric)) ?? []) {
      const period = Math.floor(seconds / periodSeconds);
      const samples = periods.get(period);
      if (samples) samples.push(value);
      else periods.set(period, [value]);
    }
    return new Map([...periods].map(([period, samples]) => [period, compute(samples)]));
  }
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}
