/** Each role lets its holder do what it asks for, on the resources that it means, and nothing else. */

import { callsOf, variablesOf } from "../asks.ts";
import { allows, isLike, isVague, type Request, type Statement, texts, WITHOUT_RESOURCE } from "../iam.ts";
import type { Json } from "../identity.ts";
import type { Rule } from "../rule.ts";
import type { StackResource } from "../stack.ts";

export const policyRules: Readonly<Record<string, Rule>> = {
  *"each role allows what its holder asks for"({ stack, code }) {
    for (const { holder, role, asks } of callsOf(stack, code)) {
      if (!role) yield `${holder.id} has no role`;
      const statements = statementsOf(role);
      for (const { action, requests } of asks) {
        // A function that is told of a resource by an empty variable does without it.
        const doesWithout = Object.values(variablesOf(holder)).includes("");
        if (requests.length === 0 && doesWithout) continue;
        if (requests.length === 0) yield `${holder.id} asks for ${action}, but of nothing in this stack`;
        else if (!requests.some((request) => allows(statements, request)))
          yield `${holder.id} may not ${action} on ${requests.map(({ resource }) => resource).join(" or ")}`;
      }
    }
  },

  *"each table that a function is told of may be asked for something"({ stack, code }) {
    for (const { holder, role, asks } of callsOf(stack, code)) {
      const statements = role ? statementsOf(role) : [];
      for (const value of Object.values(variablesOf(holder))) {
        const table = stack.find("AWS::DynamoDB::Table", value);
        if (!table) continue;
        const resource = String(table.identity.attributes["Arn"]);
        const requests = asks.flatMap((ask) => ask.requests).filter((each) => each.resource === resource);
        if (!requests.some((request) => allows(statements, request)))
          yield `${holder.id} is told of ${table.id}, and may ask nothing of it`;
      }
    }
  },

  *"no role allows more"({ stack, code }) {
    for (const { holder, role, asks } of callsOf(stack, code)) {
      const requests = asks.flatMap((ask) => ask.requests);
      for (const statement of statementsOf(role)) {
        for (const action of texts(statement.Action)) {
          const asked = requests.filter((request) => isLike(request.action, action));
          if (asked.length === 0) yield `${holder.id} needn't ${action}`;
          if (asked.length > 0 && !asked.some((request) => allows([statement], request)))
            yield `${holder.id} may ${action} on what it doesn't ask for`;
          for (const request of asked) {
            for (const stranger of strangersTo(request)) {
              if (allows([statement], stranger))
                yield `${holder.id} may ${action} on ${stranger.resource}, too`;
            }
          }
        }
        for (const resource of texts(statement.Resource)) {
          const isUsed = requests.some((request) => allows([{ ...statement, Resource: resource }], request));
          if (!isUsed) yield `${holder.id} doesn't ask anything of ${resource}`;
        }
      }
    }
  },

  *"each role can be taken by its holder's service, and by no other"({ stack, code }) {
    for (const { holder, role, service, source } of callsOf(stack, code)) {
      const trust = statementsIn(role?.properties["AssumeRolePolicyDocument"]);
      if (trust.length === 0 || trust.some(({ Principal }) => Principal === undefined))
        yield `nobody can take ${role?.id}`;
      for (const statement of trust) {
        const { place } = stack;
        const context = {
          "aws:SourceAccount": place.account,
          "aws:SourceArn": source ?? String(holder.identity.attributes["Arn"]).replace(/[^:]+$/, "1"),
        };
        const request = { principal: service, action: "sts:AssumeRole", resource: "", context };
        if (!allows([{ ...statement, Resource: "*" }], request)) yield `${service} can't take ${role?.id}`;
        if (statement.Principal !== undefined && texts(Object.values(statement.Principal)[0]).length !== 1)
          yield `${role?.id} can be taken by others than ${service}`;
        // SAM binds a function's role to no source, and Lambda lends it only to those who may pass it.
        if (service === "lambda.amazonaws.com") continue;
        for (const [what, stranger] of holdersElse(request))
          if (allows([{ ...statement, Resource: "*" }], stranger)) yield `${what} can take ${role?.id}`;
        if (isVague(statement)) yield `${role?.id} names no account beside its source`;
      }
    }
  },

  *"each role has a holder"({ stack, code }) {
    const held = new Set(callsOf(stack, code).map(({ role }) => role));
    for (const role of stack.ofType("AWS::IAM::Role")) if (!held.has(role)) yield `nobody takes ${role.id}`;
  },
};

function statementsOf(role: StackResource | undefined): Statement[] {
  const policies = (role?.properties["Policies"] ?? []) as Json[];
  return policies.flatMap(({ PolicyDocument }) => statementsIn(PolicyDocument));
}

function statementsIn(document: unknown): Statement[] {
  return [((document ?? {}) as { readonly Statement?: Statement | Statement[] }).Statement ?? []].flat();
}

/** For whom else the service might take the role: another account, another kind of thing, nobody that is named. */
function holdersElse(request: Request): [string, Request][] {
  const source = String(request.context["aws:SourceArn"]);
  const from = (arn: string, account: string) => ({
    ...request,
    context: { "aws:SourceAccount": account, "aws:SourceArn": arn },
  });
  const account = String(request.context["aws:SourceAccount"]);
  return [
    ["another account", from(source.replace(account, "999999999999"), "999999999999")],
    ["another region", from(source.replace(/^(arn:aws:\w+:)[a-z0-9-]+/, "$1xx-other-1"), account)],
    ["another kind of resource", from(source.replace(/:[\w-]+([:/]\w+)$/, ":other$1"), account)],
    ["anything", { ...request, context: {} }],
  ];
}

/** The same request of another account's resource, of another resource of its kind, and without the tags. */
function strangersTo(request: Request): Request[] {
  if (WITHOUT_RESOURCE.has(request.action)) return [];
  const { resource } = request;
  if (resource.startsWith("arn:aws:s3:::")) {
    const elsewhere = [resource.replace(/:::[^/]+/, ":::other"), resource.replace(/\/[^/]+\//, "/other/")];
    return elsewhere.map((other) => ({ ...request, resource: other }));
  }
  const otherName = resource.includes("/@connections/")
    ? resource.replace(/:\w+\//, ":otherapi/")
    : resource.replace(/[^/:]+$/, "other");
  return [
    { ...request, resource: resource.replace(/:\d{12}:/, ":999999999999:") },
    { ...request, resource: otherName, context: {} },
    { ...request, resource: resource.replace(/:[a-z-]+([:/][^:/]+)$/, ":other$1") },
    { ...request, resource: resource.replace(/^(arn:aws:[\w-]+:)[a-z0-9-]+:/, "$1xx-other-1:") },
  ].filter((stranger) => stranger.resource !== resource);
}
