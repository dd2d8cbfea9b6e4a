/** EventBridge's schedules on this machine: runs functions by the clock, as the template says. */

import type { Lambda } from "../lambda.ts";
import type { Template } from "../template.ts";

const MINUTE_MILLISECONDS = 60_000;

/**
 * Auto-stop is left out: a channel on this machine costs nothing while it is idle, so nothing takes its test card off the
 * air.
 */
const LEFT_OUT: readonly string[] = ["ChannelAutoStopFunction"];

export interface Schedules {
  stop(): void;
}

export function runSchedules(template: Template, lambda: Pick<Lambda, "invoke">): Schedules {
  const timers = template
    .resourcesOf("AWS::Serverless::Function")
    .filter(({ id }) => !LEFT_OUT.includes(id))
    .flatMap(({ id, properties }) =>
      properties
        .at("Events")
        .entries()
        .filter(([, event]) => event.at("Type").text() === "Schedule")
        .map(([, event]) => {
          const minutes = minutesIn(event.at("Properties", "Schedule").text());
          return setInterval(() => run(lambda, id), minutes * MINUTE_MILLISECONDS);
        }),
    );
  return { stop: () => timers.forEach(clearInterval) };
}

/** The event that a schedule sends. */
export function scheduledEvent(time: Date): object {
  return { source: "aws.events", "detail-type": "Scheduled Event", time: time.toISOString(), detail: {} };
}

function run(lambda: Pick<Lambda, "invoke">, functionId: string): void {
  // A failure is in the function's log.
  lambda.invoke(functionId, scheduledEvent(new Date())).catch(() => {});
}

function minutesIn(schedule: string): number {
  const minutes = /^rate\((\d+) minutes?\)$/.exec(schedule)?.[1];
  if (!minutes) throw new Error(`template.yaml: ${schedule} isn't a schedule that runs here`);
  return Number(minutes);
}
