/** Whoever calls a function, a topic or a packager is let in by its policy, and nobody else is. */

import { callsOf } from "../asks.ts";
import { type Call, callsIn } from "../calls.ts";
import { isLike, isVague, matches, type Request, type Statement, texts } from "../iam.ts";
import type { Json } from "../identity.ts";
import type { Rule, Wiring } from "../rule.ts";
import type { Stack, StackResource } from "../stack.ts";

export const permissionRules: Readonly<Record<string, Rule>> = {
  *"each call is allowed by the policy of what is called"(wiring) {
    const { stack } = wiring;
    for (const call of [...callsIn(stack), ...functionCalls(wiring)]) {
      const statements = statementsOn(stack, call.callee);
      if (
        !statements.some(({ statement }) => matches(statement, call.request)) &&
        !isAllowedAnyway(call, statements)
      ) {
        yield `${call.caller} may not ${call.request.action} on ${call.callee.id}`;
      }
    }
  },

  *"each permission is for a call that is made, and no wider"(wiring) {
    const { stack } = wiring;
    const calls = [...callsIn(stack), ...functionCalls(wiring)];
    for (const callee of stack.resources) {
      for (const { id, statement } of statementsOn(stack, callee)) {
        if (statement.Effect === "Deny") continue;
        if (statement.Principal === undefined) yield `${id} names no principal`;
        // Lambda's permissions name the API, or the thing itself, and with it the account's own.
        if (callee.type !== "AWS::Lambda::Function" && isVague(statement))
          yield `${id} names no account beside its source`;
        const served = calls.filter((call) => call.callee === callee && matches(statement, call.request));
        if (served.length === 0) yield `${id} lets in nobody who calls ${callee.id}`;
        for (const { request } of served) {
          for (const [who, stranger] of strangersTo(request)) {
            const isKnown = calls.some((call) => call.callee === callee && isSame(call.request, stranger));
            if (!isKnown && matches(statement, stranger)) yield `${id} also lets ${who} call ${callee.id}`;
          }
        }
        for (const action of texts(statement.Action)) {
          if (!served.some(({ request }) => isLike(request.action, action)))
            yield `${id} allows ${action}, which nobody asks of ${callee.id}`;
        }
      }
    }
  },

  *"each permission names a function or packager that is there"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::Lambda::Permission")) {
      if (!stack.find("AWS::Lambda::Function", properties["FunctionName"])) yield `${id} is for no function`;
    }
    for (const policy of stack.ofType("AWS::MediaPackageV2::OriginEndpointPolicy")) {
      if (!endpointOf(stack, policy)) yield `${policy.id} is for no endpoint`;
    }
  },
};

/** What functions ask of packagers, whose policies must name the functions' roles. */
function functionCalls({ stack, code }: Wiring): Call[] {
  return callsOf(stack, code).flatMap(({ holder, role, asks }) =>
    asks
      .flatMap(({ requests }) => requests)
      .flatMap((request): Call[] => {
        const callee = stack.find("AWS::MediaPackageV2::OriginEndpoint", request.resource);
        const principal = String(role?.identity.attributes["Arn"]);
        return callee ? [{ caller: holder.id, callee, request: { ...request, principal } }] : [];
      }),
  );
}

/** A topic without a policy of its own is open to the account's alarms, not to EventBridge. */
function isAllowedAnyway({ callee, request }: Call, statements: readonly Granted[]): boolean {
  return callee.type === "AWS::SNS::Topic" && statements.length === 0 && isAlarm(request);
}

function isAlarm({ principal }: Request): boolean {
  return principal === "cloudwatch.amazonaws.com";
}

interface Granted {
  readonly id: string;
  readonly statement: Statement;
}

/** The statements of all policies on this resource. */
function statementsOn(stack: Stack, callee: StackResource): Granted[] {
  switch (callee.type) {
    case "AWS::Lambda::Function":
      return stack
        .ofType("AWS::Lambda::Permission")
        .filter(({ properties }) => stack.find(callee.type, properties["FunctionName"]) === callee)
        .map(({ id, properties }) => ({ id, statement: statementOf(callee, properties) }));
    case "AWS::MediaPackageV2::OriginEndpoint":
      return stack
        .ofType("AWS::MediaPackageV2::OriginEndpointPolicy")
        .filter((policy) => endpointOf(stack, policy) === callee)
        .flatMap(({ id, properties }) => documentStatements(id, properties["Policy"]));
    case "AWS::SNS::Topic":
      return stack
        .ofType("AWS::SNS::TopicPolicy")
        .filter(({ properties }) => texts(properties["Topics"]).includes(callee.identity.ref))
        .flatMap(({ id, properties }) => documentStatements(id, properties["PolicyDocument"]));
    case "AWS::S3::Bucket":
      return stack
        .ofType("AWS::S3::BucketPolicy")
        .filter(({ properties }) => stack.find(callee.type, properties["Bucket"]) === callee)
        .flatMap(({ id, properties }) => documentStatements(id, properties["PolicyDocument"]));
    default:
      return [];
  }
}

/** A Lambda permission, as the statement that Lambda makes of it. */
function statementOf(callee: StackResource, properties: Json): Statement {
  const conditions = [
    ["aws:SourceArn", properties["SourceArn"]],
    ["aws:SourceAccount", properties["SourceAccount"]],
    ["lambda:FunctionUrlAuthType", properties["FunctionUrlAuthType"]],
    ["lambda:InvokedViaFunctionUrl", properties["InvokedViaFunctionUrl"]],
  ].filter(([, value]) => value !== undefined);
  return {
    Effect: "Allow",
    Principal: String(properties["Principal"]),
    Action: String(properties["Action"]),
    Resource: String(callee.identity.attributes["Arn"]),
    Condition: { ArnLike: Object.fromEntries(conditions.map(([key, value]) => [key, String(value)])) },
  };
}

function documentStatements(id: string, document: unknown): Granted[] {
  const { Statement = [] } = (document ?? {}) as { readonly Statement?: Statement | readonly Statement[] };
  return [Statement].flat().map((statement) => ({ id, statement }));
}

function endpointOf(stack: Stack, { properties }: StackResource): StackResource | undefined {
  const names = ["ChannelGroupName", "ChannelName", "OriginEndpointName"];
  return stack
    .ofType("AWS::MediaPackageV2::OriginEndpoint")
    .find((endpoint) => names.every((name) => endpoint.properties[name] === properties[name]));
}

/** Who else might ask the same: another account, another source, nobody in particular, another way in. */
function strangersTo(request: Request): [string, Request][] {
  const { context } = request;
  const source = context["aws:SourceArn"];
  // A role needs no source: it is the function itself that asks.
  if (source === undefined) return [["another role", { ...request, principal: `${request.principal}s` }]];
  const from = (changed: Record<string, string | undefined>): Request => ({
    ...request,
    context: Object.fromEntries(
      Object.entries({ ...context, ...changed }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    ),
  });
  const strangers: [string, Request][] = [
    [
      "another account",
      from({
        "aws:SourceArn": source.replace(/:\d{12}:/, ":999999999999:"),
        "aws:SourceAccount": "999999999999",
      }),
    ],
    ["anything", from({ "aws:SourceArn": undefined, "aws:SourceAccount": undefined })],
  ];
  strangers.push(["another source", from({ "aws:SourceArn": withOtherName(source) })]);
  strangers.push([
    "another kind of source",
    from({ "aws:SourceArn": source.replace(/:[\w-]+:([^:]+)$/, ":other:$1") }),
  ]);
  if (source.includes(":execute-api:")) {
    strangers.push(["another stage", from({ "aws:SourceArn": source.replace(/(:\w+\/)[^/]+/, "$1other") })]);
  }
  if ("lambda:InvokedViaFunctionUrl" in context)
    strangers.push(["whoever doesn't come by its URL", from({ "lambda:InvokedViaFunctionUrl": "false" })]);
  if ("lambda:FunctionUrlAuthType" in context)
    strangers.push(["an open URL", from({ "lambda:FunctionUrlAuthType": "NONE" })]);
  // A request that comes out unchanged is no stranger's.
  return strangers.filter(([, stranger]) => !isSame(stranger, request));
}

/** The same kind of ARN, for another resource: the part after the account, up to a stage. */
function withOtherName(arn: string): string {
  const isApi = arn.includes(":execute-api:");
  if (isApi && !arn.includes("/authorizers/")) return arn.replace(/:\w+\//, ":otherapi/");
  return arn.replace(/[^/:]+$/, "other");
}

function isSame(one: Request, other: Request): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
