/**
 * The bundles run under the roles that the transformed template gives them, against moto with signatures and permissions
 * on: each role suffices, and each of its actions is needed. Then what they asked is held against botocore's models.
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import autoStop from "../../events/channel/auto-stop.json" with { type: "json" };
import beforeDelete from "../../events/channel/before-delete-delete.json" with { type: "json" };
import stateChange from "../../events/channel/state-change.json" with { type: "json" };
import signIn from "../../events/studio/sign-in.json" with { type: "json" };
import password from "../../events/tickets/password.json" with { type: "json" };
import announce from "../../events/tracker/announce.json" with { type: "json" };
import answer from "../../events/tracker/answer.json" with { type: "json" };
import authorizer from "../../events/tracker/authorizer.json" with { type: "json" };
import disconnect from "../../events/tracker/disconnect.json" with { type: "json" };
import { keepReport } from "../../functions/insights/store.ts";
import { makeLink, openSession } from "../../functions/record/access.ts";
import { openTable, type Table } from "../../functions/record/dynamodb.ts";
import { parseDetails } from "../../functions/record/event-details.ts";
import { readHealth, writeHealth } from "../../functions/record/health.ts";
import { planKeyTurn, writeSchedule } from "../../functions/record/plans.ts";
import { readBroadcast, writeBroadcast, writeDetails } from "../../functions/record/record.ts";
import { writeWebhook } from "../../functions/record/webhook.ts";
import { keysIn, sessionCookie } from "../../functions/studio/cookie.ts";
import { Lambda } from "../../local/lambda.ts";
import { readFunction } from "../../local/template/functions.ts";
import { readTables } from "../../local/template/tables.ts";
import { readTemplate } from "../../local/template.ts";
import { keptReport, moment } from "../../test/doubles/reports.ts";
import { declared } from "../../test/stack/template/source.ts";
import { variablesOf } from "../../test/wiring/asks.ts";
import type { Json } from "../../test/wiring/identity.ts";
import { Stack, type StackResource } from "../../test/wiring/stack.ts";
import { type Channel, Moto } from "./moto.ts";

const FUNCTIONS = [
  "TrackerFunction",
  "TrackerAuthorizerFunction",
  "ChannelAutoStopFunction",
  "ChannelStackFunction",
  "TicketsFunction",
  "StudioFunction",
  "ChannelPlansFunction",
  "ChannelHealthFunction",
  "InsightsRollUpFunction",
] as const;
type FunctionId = (typeof FUNCTIONS)[number];

const parameters = { NoticeEmail: "someone@example.com", RawReportDays: "30" };
const stack = new Stack(declared, { parameters });
const template = await readTemplate({ parameters });
const { region, account } = stack.place;
const liveChannel = stack.ofType("AWS::MediaLive::Channel")[0];
const channelArn = String(liveChannel?.identity.attributes["Arn"]);
const inputArn = String(stack.ofType("AWS::MediaLive::Input")[0]?.identity.attributes["Arn"]);
const apiId = stack.ofType("AWS::ApiGatewayV2::Api")[0]?.identity.ref;

let moto: Moto;
/** The channel's record, and what viewers report, for who may do everything. */
let record: Table;
let reports: Table;
/** Where CloudFormation's answers go, and the webhook's notices. */
let answerBox: string;

const box = createServer((request, response) => {
  request.resume();
  response.end();
}).listen(0, "127.0.0.1");

before(async () => {
  await once(box, "listening");
  answerBox = `http://127.0.0.1:${(box.address() as AddressInfo).port}/`;
  moto = await Moto.start(account, `${apiId}/tracker`);
  const all = [{ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }];
  const { AccessKeyId, SecretAccessKey, SessionToken } = await moto.sessionOf(JSON.stringify(all));
  const [channelTable, insightsTable] = ["ChannelTable", "InsightsTable"].map((id) =>
    openTable({
      name: String(stack.resources.find((each) => each.id === id)?.identity.ref),
      endpoint: moto.endpoint,
      region,
      credentials: {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
      },
    }),
  );
  assert.ok(channelTable && insightsTable);
  [record, reports] = [channelTable, insightsTable];
  const { endpoint } = moto;
  for (const { id, create } of readTables(template)) {
    const TableName = stack.ofType("AWS::DynamoDB::Table").find((table) => table.id === id)?.identity.ref;
    await new DynamoDBClient({ endpoint }).send(new CreateTableCommand({ ...create, TableName }));
  }
  const topic = stack.ofType("AWS::SNS::Topic")[0]?.identity.ref.split(":").at(-1);
  await new SNSClient({ endpoint }).send(new CreateTopicCommand({ Name: topic }));
  await moto.makeBucket(String(stack.ofType("AWS::S3::Bucket")[0]?.identity.ref));
  const ready = await Promise.all(
    Object.entries(RUNS).map(async ([title, run]) => [title, await prepare(run)] as const),
  );
  await moto.check();
  // The stack's function waits for what is refused to pass; the tracker gives up on a service that is busy with others.
  let turn: Promise<readonly string[]> = Promise.resolve([]);
  for (const [title, start] of ready) {
    const isPatient = RUNS[title]?.id === "ChannelStackFunction";
    if (!isPatient) turn = turn.then(start);
    refusals.set(title, isPatient ? start() : turn);
  }
});

after(() => {
  moto.stop();
  box.close();
});

/** What was refused in each run, by its title. */
const refusals = new Map<string, Promise<readonly string[]>>();
const RUNS: Readonly<Record<string, Run>> = {
  ...Object.fromEntries(FUNCTIONS.map((id) => [`${id}'s role suffices`, { id, refused: [] }])),
  ...Object.fromEntries(
    FUNCTIONS.flatMap((id) =>
      actionsOf(id).map((action) => [
        `${id}'s role needs ${action}`,
        { id, instead: [`"${action}"`, '"sts:Other"'], refused: [action] } as const,
      ]),
    ),
  ),
  "another secret key's signature is refused": {
    id: "TrackerFunction",
    secret: "guess",
    refused: ["signature"],
  },
  "a role for another table is refused": {
    id: "TrackerAuthorizerFunction",
    instead: [/table\/[^"]+/, "table/other"],
    refused: ["dynamodb:UpdateItem"],
  },
  "a role for another folder of the bucket is refused": {
    id: "InsightsRollUpFunction",
    instead: ["/reports/*", "/other/*"],
    refused: ["s3:PutObject"],
  },
};

for (const [title, { refused }] of Object.entries(RUNS)) {
  test(title, async () => assert.deepEqual(await refusals.get(title), refused));
}

test("what they asked is what botocore's models allow", async () => {
  await Promise.all(refusals.values());
  const { asked } = await moto.heard();
  const operations = new Set(asked.map(({ service, operation }) => `${service} ${operation}`));
  for (const action of FUNCTIONS.flatMap(actionsOf)) {
    const name = action === "execute-api:ManageConnections" ? "PostToConnection" : action.split(":")[1];
    assert.ok(
      [...operations].some((operation) => operation.endsWith(` ${name}`)),
      `nobody asked for ${action}`,
    );
  }
  const validator = new URL("validate_requests.py", import.meta.url).pathname;
  execFileSync("python", [validator], {
    input: JSON.stringify(asked),
    stdio: ["pipe", "inherit", "inherit"],
  });
});

interface Run {
  readonly id: FunctionId;
  /** What must be refused, each once. */
  readonly refused: readonly string[];
  /** A text in the role's policies, and what stands in its place. */
  readonly instead?: readonly [string | RegExp, string];
  /** Signs instead of the role's secret key. */
  readonly secret?: string;
}

/** Makes a role and a channel for a run, as long as nobody checks; the run resolves to what was refused. */
async function prepare({ id, instead, secret }: Run): Promise<() => Promise<readonly string[]>> {
  const channel = await moto.startChannel();
  const policies = JSON.stringify(policiesOf(id))
    .replaceAll(channelArn, channel.arn)
    .replaceAll(inputArn, channel.inputArn);
  const session = await moto.sessionOf(instead ? policies.replace(...instead) : policies);
  const settings = readFunction(template, id);
  const holder = stack.ofType("AWS::Lambda::Function").find((each) => each.id === id) as StackResource;
  const environment = { ...(variablesOf(holder) as Record<string, string>), ...EXTRA[id](channel) };
  const lambda = new Lambda({
    functions: [{ ...settings, environment }],
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: session.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: secret ?? session.SecretAccessKey,
      AWS_SESSION_TOKEN: session.SessionToken,
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: moto.endpoint,
      AWS_ENDPOINT_URL_S3: moto.endpoint,
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: moto.endpoint,
    },
  });
  return async () => {
    // Who is refused may say so, or make do.
    for (const event of await EVENTS[id](channel)) await lambda.invoke(id, event).catch(() => {});
    await lambda.stop();
    const { refused } = await moto.heard();
    return [...new Set(refused.filter(({ key }) => key === session.AccessKeyId).map(({ what }) => what))];
  };
}

const EXTRA: Readonly<Record<FunctionId, (channel: Channel) => Record<string, string>>> = {
  // For any swarm, since the events' isn't this stack's.
  TrackerFunction: () => ({ SWARM_SECRET: "" }),
  TrackerAuthorizerFunction: () => ({
    ORIGIN_SECRETS: authorizer.headers["x-shoal-origin"],
    PAGE_ORIGINS: authorizer.headers.Origin,
  }),
  ChannelAutoStopFunction: ({ id }) => ({ CHANNEL_ID: id }),
  ChannelStackFunction: () => ({}),
  TicketsFunction: () => ({}),
  StudioFunction: ({ id, inputId }) => ({
    CHANNEL_ID: id,
    INPUT_ID: inputId,
    SESSION_KEYS: `${SESSION_KEY},`,
  }),
  ChannelPlansFunction: ({ id, inputId }) => ({ CHANNEL_ID: id, INPUT_ID: inputId }),
  ChannelHealthFunction: ({ id }) => ({ CHANNEL_ID: id, PRIVATE_WEBHOOKS: "allowed" }),
  InsightsRollUpFunction: () => ({}),
};

const SESSION_KEY = "the key that signs sessions";

const link = { "x-shoal-pass": "link sofa.2.2000000000.1.signature" };

/** The events of a run, when it begins. */
const EVENTS: Readonly<Record<FunctionId, (channel: Channel) => unknown[] | Promise<unknown[]>>> = {
  // In a swarm of the run's own, since who has a seat already is given none.
  TrackerFunction: ({ id }) => [
    inSwarm(id, { ...announce, requestContext: connectedAs("ann") }, { peer_id: "ann".padEnd(20) }),
    inSwarm(id, { ...announce, requestContext: connectedAs("bob") }, { peer_id: "bob".padEnd(20) }),
    inSwarm(id, answer, { to_peer_id: "ann".padEnd(20) }),
    disconnect,
  ],
  // It counts one in ten.
  TrackerAuthorizerFunction: () => Array.from({ length: 10 }, () => authorizer),
  ChannelAutoStopFunction: () => [autoStop],
  ChannelStackFunction: (channel) => [
    {
      ...beforeDelete,
      StackId: channel.stackId,
      ResponseURL: answerBox,
      ResourceProperties: { Before: "delete" },
    },
  ],
  TicketsFunction: () => [{ ...password, headers: { ...password.headers, ...link } }],
  StudioFunction: async () => {
    const now = Math.floor(Date.now() / 1000);
    const token = await makeLink(record, "a link key", "owner", now);
    const session = await openSession(record, token, "a browser", now);
    assert.ok(session);
    const [cookie = ""] = (await sessionCookie(session, keysIn(`${SESSION_KEY},`), now)).split(";");
    const minute = Math.floor(now / 60);
    return [
      "GET live",
      "GET timeline",
      `GET insights/${minute - 5}-${minute}`,
      "GET thumbnail/0",
      "POST stop",
      "GET live",
      "POST key",
      "POST start",
      "DELETE session",
    ].map((each) => studioEvent(each, cookie));
  },
  ChannelPlansFunction: async () => {
    const now = Math.floor(Date.now() / 1000);
    await planKeyTurn(record, { thenStart: true }, now);
    // It starts now; another run's start was another.
    const startsAt = new Date().toISOString();
    await writeSchedule(record, { minutesBefore: 5, minutesAfter: null });
    await writeDetails(record, parseDetails({ ...CONCERT, startsAt }));
    return [stateChange, stateChange, { ...autoStop, time: startsAt }];
  },
  ChannelHealthFunction: async () => {
    await writeWebhook(record, { address: answerBox, secret: "whsec_AAAA" });
    const broadcast = await readBroadcast(record);
    const runs = { isRunning: true, pipelines: 1, waiting: [], hadPicture: false };
    await writeBroadcast(record, { ...runs, changedAt: 0, stateAt: 0, alertsAt: {} }, broadcast.version);
    const { version } = await readHealth(record);
    const nothing = { judgedAt: 0, isRunning: false, hasInput: false, hasInputMetrics: false };
    await writeHealth(record, { ...nothing, findings: [], mailed: 0 }, version);
    return [{ ...autoStop, time: new Date().toISOString() }];
  },
  InsightsRollUpFunction: async () => {
    // Figures of a minute ago, and raw reports of the ten minutes that ended a quarter of an hour before.
    const now = Math.floor(Date.now() / 600_000) * 600_000 + 300_000;
    for (const minutes of [2, 20]) {
      const from = moment(now - minutes * 60_000);
      await keepReport(reports, keptReport({ from, isLast: true }), now / 1000);
    }
    return [{ ...autoStop, time: new Date(now).toISOString() }];
  },
};

const CONCERT = {
  title: "A concert",
  description: "",
  poster: null,
  logo: null,
  colours: { accent: null, background: null },
  showsViewers: false,
  address: "https://live.example.com/",
};

/** As CloudFront sends it for the studio's page. */
function studioEvent(asked: string, cookie: string): unknown {
  const [method = "", path = ""] = asked.split(" ");
  return {
    ...signIn,
    rawPath: `/studio/api/${path}`,
    cookies: [cookie],
    headers: { ...signIn.headers, "content-type": "application/json" },
    requestContext: { ...signIn.requestContext, http: { ...signIn.requestContext.http, method } },
    body: method === "GET" ? undefined : "{}",
    isBase64Encoded: false,
  };
}

function connectedAs(connectionId: string) {
  return { ...announce.requestContext, connectionId };
}

function inSwarm<Event extends { readonly body: string }>(name: string, event: Event, more: object): Event {
  const infoHash = name.slice(-20).padEnd(20);
  return {
    ...event,
    body: JSON.stringify({ ...JSON.parse(event.body), info_hash: infoHash, ...more }),
  };
}

function policiesOf(id: FunctionId): Json[] {
  const holder = stack.resources.find((each) => each.id === id);
  const role = stack.find("AWS::IAM::Role", holder?.properties["Role"]);
  return ((role?.properties["Policies"] ?? []) as Json[]).map(({ PolicyDocument }) => PolicyDocument as Json);
}

function actionsOf(id: FunctionId): string[] {
  return policiesOf(id).flatMap(({ Statement }) =>
    (Statement as Json[]).flatMap(({ Action }) => Action as string[]),
  );
}
