/** Each alarm is fired once by the fault that it is for, and by no healthy hour. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import alert from "../../events/channel/alert.json" with { type: "json" };
import autoStop from "../../events/channel/auto-stop.json" with { type: "json" };
import stateChange from "../../events/channel/state-change.json" with { type: "json" };
import report from "../../events/insights/report.json" with { type: "json" };
import signatures from "../../events/signer/signatures.json" with { type: "json" };
import entryPage from "../../events/site/entry-page.json" with { type: "json" };
import password from "../../events/tickets/password.json" with { type: "json" };
import announce from "../../events/tracker/announce.json" with { type: "json" };
import authorizer from "../../events/tracker/authorizer.json" with { type: "json" };
import { type Backend, startBackend } from "../../local/shoal/backend.ts";
import { readTemplate, type Template } from "../../local/template.ts";
import { isInAlarm, watchedMetrics } from "../doubles/cloudwatch/alarm.ts";
import { noticesOf } from "../doubles/cloudwatch/event-rule.ts";
import { MetricStore } from "../doubles/cloudwatch/metric-store.ts";
import { keptReport, moment, sentReport } from "../doubles/reports.ts";
import { resources } from "./template/source.ts";

const FUNCTIONS = [
  "TrackerFunction",
  "TrackerAuthorizerFunction",
  "SignerFunction",
  "SiteFunction",
  "TicketsFunction",
  "ChannelAutoStopFunction",
  "ChannelBroadcastFunction",
  "ChannelHealthFunction",
  "InsightsReportsFunction",
  "InsightsRollUpFunction",
];
const CHANNEL_ARN = stateChange.detail.channel_arn;

function templateWith(parameters: Readonly<Record<string, string>>): Promise<Template> {
  return readTemplate({
    parameters,
    refs: {
      ...Object.fromEntries(FUNCTIONS.map((id) => [id, id])),
      SeatsTable: "SeatsTable",
      Distribution: "E2EXAMPLE",
      LiveChannel: "1234567",
      NoticesTopic: "the topic",
    },
    attributes: { "LiveChannel.Arn": CHANNEL_ARN },
  });
}

const template = await templateWith({ NoticeEmail: "somebody@example.com" });
const twoPipelines = await templateWith({ ChannelClass: "STANDARD" });

/** A whole quarter of an hour in epoch seconds, so that every period begins then. */
const START = 1_800_000_000;
const MINUTES = 15;
const END = START + MINUTES * 60;
const minutes = Array.from({ length: MINUTES }, (_, minute) => START + minute * 60);

let metrics: MetricStore;
beforeEach(() => {
  metrics = new MetricStore();
});

const fired = (from: Template = template) =>
  from
    .resourcesOf("AWS::CloudWatch::Alarm")
    .filter((alarm) => isInAlarm(alarm, metrics, END))
    .map(({ id }) => id);

type Metric = readonly [namespace: string, name: string, dimensions: Readonly<Record<string, string>>];
const lambda = (name: string, FunctionName: string): Metric => ["AWS/Lambda", name, { FunctionName }];
const table = (name: string): Metric => ["AWS/DynamoDB", name, { TableName: "SeatsTable" }];
const channel = (name: string, Pipeline = "0"): Metric => [
  "AWS/MediaLive",
  name,
  { ChannelId: "1234567", Pipeline },
];
const ingress: Metric = [
  "AWS/MediaPackage",
  "IngressRequestCount",
  { ChannelGroup: "shoal", Channel: "live" },
];
const cdn: Metric = ["AWS/CloudFront", "5xxErrorRate", { DistributionId: "E2EXAMPLE", Region: "Global" }];

/** Gives a metric the same value in every minute. */
function hold([namespace, name, dimensions]: Metric, value: number): void {
  for (const minute of minutes) metrics.record({ namespace, name, dimensions }, value, minute + 30);
}

/** What a running pipeline reports that gets a stream. */
function onAir(pipeline = "0"): void {
  hold(channel("ActiveAlerts", pipeline), 0);
  hold(channel("NetworkIn", pipeline), 4.2);
}

/** A service that denies whatever it is asked. */
async function denying(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(400, { "x-amzn-errortype": "AccessDeniedException" });
    response.end('{"__type":"AccessDeniedException","message":"not authorized"}');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/**
 * Invokes a real function with a fault in its environment, a few times in the first minute, and takes the figures of that
 * minute for those of all others: what Lambda counts, and what the function prints.
 */
async function runFaulty(id: string, fault: Readonly<Record<string, string>>, event: unknown): Promise<void> {
  const printed: string[] = [];
  const backend: Backend = await startBackend({
    environments: { [id]: fault },
    onLog: (_, line) => printed.push(line),
  });
  onTestFinished(() => backend.stop());
  for (let invocation = 0; invocation < 5; invocation++) {
    const error = await backend.lambda.invoke(id, event).then(
      () => 0,
      () => 1,
    );
    hold(lambda("Errors", id), error);
  }
  for (const minute of minutes) for (const line of printed) metrics.recordLogLine(line, minute + 30);
}

const CAUSES: Readonly<Record<string, () => void | Promise<void>>> = {
  TrackerErrorsAlarm: () => runFaulty("TrackerFunction", { SEATS_TABLE: "" }, announce),
  TrackerFailuresAlarm: async () => {
    // For any swarm, since the event's isn't this channel's.
    const fault = { AWS_ENDPOINT_URL_DYNAMODB: await denying(), SWARM_SECRET: "" };
    await runFaulty("TrackerFunction", fault, announce);
  },
  TrackerAbuseAlarm: () => hold(["Shoal/Tracker", "Disconnected", { FunctionName: "TrackerFunction" }], 30),
  TrackerThrottledAlarm: () => hold(table("WriteThrottleEvents"), 3),
  TrackerAuthorizerAlarm: () => runFaulty("TrackerAuthorizerFunction", { ADDRESS_SALT: "" }, authorizer),
  SignerErrorsAlarm: () => runFaulty("SignerFunction", { PRIVATE_KEY: "" }, signatures),
  SiteErrorsAlarm: () => runFaulty("SiteFunction", { SHARING_MODE: "sideways" }, entryPage),
  TicketsErrorsAlarm: () => runFaulty("TicketsFunction", { TICKET_KEY: "" }, password),
  ChannelBroadcastErrorsAlarm: async () => {
    const running = { ...stateChange, detail: { ...stateChange.detail, state: "RUNNING" } };
    await runFaulty("ChannelBroadcastFunction", { AWS_ENDPOINT_URL_DYNAMODB: await denying() }, running);
  },
  ChannelHealthErrorsAlarm: async () => {
    await runFaulty("ChannelHealthFunction", { AWS_ENDPOINT_URL_DYNAMODB: await denying() }, autoStop);
  },
  InsightsReportsErrorsAlarm: async () => {
    const body = sentReport(keptReport({ from: moment(Date.now() - 60_000) }));
    await runFaulty(
      "InsightsReportsFunction",
      { AWS_ENDPOINT_URL_DYNAMODB: await denying() },
      { ...report, body },
    );
  },
  InsightsRollUpErrorsAlarm: async () => {
    await runFaulty("InsightsRollUpFunction", { AWS_ENDPOINT_URL_DYNAMODB: await denying() }, autoStop);
  },
  InsightsReportsWithoutRollUpAlarm: () => hold(lambda("Invocations", "InsightsReportsFunction"), 2),
  CdnErrorsAlarm: () => hold(cdn, 4),
  StalePlaylistsAlarm: () => onAir(),
  SilentChannelAlarm: () => {
    hold(channel("ActiveAlerts"), 1);
    hold(ingress, 90);
  },
  AutoStopErrorsAlarm: async () => {
    await runFaulty("ChannelAutoStopFunction", { AWS_ENDPOINT_URL_MEDIALIVE: await denying() }, autoStop);
  },
};

describe("an alarm", () => {
  test("has a fault in this test", () => {
    const alarms = resources.filter(([, { Type }]) => Type === "AWS::CloudWatch::Alarm").map(([id]) => id);
    expect(Object.keys(CAUSES).sort()).toEqual(alarms.sort());
  });

  test.each(Object.keys(CAUSES))("%s is fired by its fault, alone", async (id) => {
    await CAUSES[id]?.();
    expect(fired()).toEqual([id]);
  });

  test.each(Object.keys(CAUSES))("%s says what to do, and tells the people", (id) => {
    const { properties } = template.resource(id);
    expect(properties.at("AlarmDescription").text()).toMatch(/\. [^.]*\b(read|raise|start|stop|look at)\b/i);
    expect(properties.at("AlarmActions").raw).toEqual(["the topic"]);
  });

  test.each([
    ["Lambda throttles the tracker", "TrackerThrottledAlarm", lambda("Throttles", "TrackerFunction")],
    ["reads are throttled", "TrackerThrottledAlarm", table("ReadThrottleEvents")],
    [
      "the authorizer is throttled",
      "TrackerAuthorizerAlarm",
      lambda("Throttles", "TrackerAuthorizerFunction"),
    ],
    ["reports are throttled", "InsightsReportsErrorsAlarm", lambda("Throttles", "InsightsReportsFunction")],
    ["entering is throttled", "TicketsErrorsAlarm", lambda("Throttles", "TicketsFunction")],
    ["the site is throttled", "SiteErrorsAlarm", lambda("Throttles", "SiteFunction")],
    [
      "networks are turned away",
      "TrackerAbuseAlarm",
      ["Shoal/Tracker", "ConnectsRefused", { FunctionName: "TrackerAuthorizerFunction" }],
    ],
  ] as const)("fires when %s", (_, id, metric) => {
    hold(metric, 20);
    expect(fired()).toEqual([id]);
  });

  test("about CloudFront's errors exists where CloudFront counts them", async () => {
    const elsewhere = await readTemplate({ refs: { "AWS::Region": "eu-west-1" } });
    expect(() => elsewhere.resource("CdnErrorsAlarm")).toThrow("no resource CdnErrorsAlarm");
  });
});

describe("no alarm fires", () => {
  test("in a healthy hour", () => {
    onAir();
    hold(ingress, 90);
    hold(cdn, 0.1);
    for (const id of FUNCTIONS) hold(lambda("Errors", id), 0);
    for (const id of ["InsightsReportsFunction", "InsightsRollUpFunction"])
      hold(lambda("Invocations", id), 1);
    hold(["Shoal/Tracker", "Announces", { FunctionName: "TrackerFunction" }], 500);
    expect(fired()).toEqual([]);
  });

  test("while the channel is stopped, and nothing is measured", () => {
    expect([...fired(), ...fired(twoPipelines)]).toEqual([]);
  });

  test("when nobody watches, and no figures are made", () => {
    hold(lambda("Invocations", "InsightsRollUpFunction"), 1);
    expect(fired()).toEqual([]);
  });

  test("when figures aren't made once, and are made by the next run", () => {
    const [namespace, name, dimensions] = lambda("Errors", "InsightsRollUpFunction");
    metrics.record({ namespace, name, dimensions }, 2, END - 90);
    expect(fired()).toEqual([]);
  });

  test("for a single bad minute", () => {
    for (const id of FUNCTIONS) {
      const [namespace, name, dimensions] = lambda("Throttles", id);
      metrics.record({ namespace, name, dimensions }, 100, END - 90);
    }
    expect(fired()).toEqual([]);
  });
});

describe("with two pipelines", () => {
  test("nothing fires while both get a stream", () => {
    onAir("0");
    onAir("1");
    hold(ingress, 180);
    expect(fired(twoPipelines)).toEqual([]);
  });

  test.each(["0", "1"])("the alarm of silence fires when pipeline %s gets none", (silent) => {
    onAir(silent === "0" ? "1" : "0");
    hold(channel("ActiveAlerts", silent), 0);
    hold(ingress, 90);
    expect(fired(twoPipelines)).toEqual(["SilentChannelAlarm"]);
  });

  test.each(["0", "1"])(
    "playlists are stale when only pipeline %s runs, and sends no segments",
    (running) => {
      onAir(running);
      expect(fired(twoPipelines)).toEqual(["StalePlaylistsAlarm"]);
    },
  );
});

test("alarms read 27 metrics, and 30 with two pipelines: CloudWatch charges for each", () => {
  const count = (from: Template) => from.resourcesOf("AWS::CloudWatch::Alarm").flatMap(watchedMetrics).length;
  expect([count(template), count(twoPipelines)]).toEqual([27, 30]);
});

describe("notices", () => {
  const [states, alerts] = [template.resource("ChannelStateRule"), template.resource("ChannelAlertRule")];

  test.each(["STARTING", "RUNNING", "STOPPING", "STOPPED"])("tell that the channel is %s", (state) => {
    const event = { ...stateChange, detail: { ...stateChange.detail, state } };
    expect(noticesOf(states, event)["the topic"]).toMatch(`the channel is ${state} (Starting channel)`);
    expect(noticesOf(alerts, event)).toEqual({});
  });

  test("tell what MediaLive warns of, and what to do", () => {
    expect(noticesOf(alerts, alert)["the topic"]).toMatch(/RTMP Has No Audio\/Video in pipeline 0 .* OBS/);
    expect(noticesOf(states, alert)).toEqual({});
  });

  test("don't tell of an alert that is over", () => {
    expect(noticesOf(alerts, { ...alert, detail: { ...alert.detail, alarm_state: "CLEARED" } })).toEqual({});
  });

  test("don't tell of other channels", () => {
    const detail = { ...stateChange.detail, channel_arn: `${CHANNEL_ARN}8` };
    expect(noticesOf(states, { ...stateChange, detail })).toEqual({});
  });
});
