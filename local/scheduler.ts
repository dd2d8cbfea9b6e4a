/**
 * EventBridge Scheduler on this machine: invokes the functions that the template's schedules name, by a clock that tests
 * may move. https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */

import type { Lambda } from "./lambda.ts";
import { referencedResource } from "./template/intrinsics.ts";
import type { Value } from "./template/value.ts";
import type { Template } from "./template.ts";

interface Schedule {
  readonly functionId: string;
  readonly everyMilliseconds: number;
  readonly input: string;
  /** By the clock, in milliseconds since the epoch. */
  lastAt: number;
}

const TICK_MILLISECONDS = 1_000;
const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export class Scheduler {
  readonly #schedules: readonly Schedule[];
  readonly #lambda: Pick<Lambda, "invoke">;
  readonly #timer: NodeJS.Timeout;
  #ahead = 0;

  constructor(template: Template, lambda: Pick<Lambda, "invoke">) {
    this.#lambda = lambda;
    this.#schedules = template
      .resourcesOf("AWS::Scheduler::Schedule")
      .map(({ properties }) => scheduleIn(properties, Date.now()));
    this.#timer = setInterval(() => void this.#run(), TICK_MILLISECONDS);
    this.#timer.unref();
  }

  /** Moves the clock to this moment, and resolves once what is due by then has run. */
  async passUntil(epochMilliseconds: number): Promise<void> {
    this.#ahead = epochMilliseconds - Date.now();
    await this.#run();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** What is due more than once runs once, as a service that was away for a while does. */
  async #run(): Promise<void> {
    const now = Date.now() + this.#ahead;
    const due = this.#schedules.filter(({ lastAt, everyMilliseconds }) => now - lastAt >= everyMilliseconds);
    await Promise.all(
      due.map((schedule) => {
        schedule.lastAt = now;
        const time = new Date(now).toISOString();
        const input: unknown = JSON.parse(schedule.input.replaceAll("<aws.scheduler.scheduled-time>", time));
        // A failure is in the function's log.
        return this.#lambda.invoke(schedule.functionId, input).catch(() => {});
      }),
    );
  }
}

/** `rate(1 minute)`; throws on another kind of schedule. */
function scheduleIn(properties: Value, now: number): Schedule {
  const expression = properties.at("ScheduleExpression").text();
  const [, count, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  // A function's ARN stays symbolic here.
  const functionId = referencedResource(properties.at("Target", "Arn").text());
  if (count === undefined || functionId === undefined)
    throw new Error(`template.yaml: this machine has no schedule such as ${expression}`);
  return {
    functionId,
    everyMilliseconds: Number(count) * (UNITS[unit] ?? 0),
    input: properties.at("Target", "Input").text(),
    lastAt: now,
  };
}
