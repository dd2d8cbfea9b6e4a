/** What each holder of a role asks of AWS: functions by their code, MediaLive by where its channel sends, schedules. */

import { REPORTS_FOLDER } from "../../functions/insights/raw-reports.ts";
import { readFunction } from "../../local/template/functions.ts";
import { executeApiArn, routesTo } from "./calls.ts";
import type { Code, CodeByFile } from "./code.ts";
import { type Request, WITHOUT_RESOURCE } from "./iam.ts";
import type { Json } from "./identity.ts";
import { type Stack, type StackResource, serviceOf, shortType } from "./stack.ts";

export interface RoleCall {
  readonly holder: StackResource;
  readonly role: StackResource | undefined;
  /** The service that takes the role. */
  readonly service: string;
  /** As whose the service takes it; the holder's ARN if nothing else is said. */
  readonly source?: string;
  readonly asks: readonly Ask[];
}

/** An action, and the requests of which at least one has to be allowed. */
interface Ask {
  readonly action: string;
  readonly requests: readonly Request[];
}

export function callsOf(stack: Stack, code: CodeByFile): RoleCall[] {
  const functions = stack.ofType("AWS::Lambda::Function").map((holder) => ({
    holder,
    role: stack.find("AWS::IAM::Role", holder.properties["Role"]),
    service: "lambda.amazonaws.com",
    asks: codeOf(stack, holder, code).actions.map((action) => ({
      action,
      requests: requestsFor(stack, holder, action),
    })),
  }));
  const channels = stack.ofType("AWS::MediaLive::Channel").map((holder) => ({
    holder,
    role: stack.find("AWS::IAM::Role", holder.properties["RoleArn"]),
    service: "medialive.amazonaws.com",
    asks: [
      ...packagersOf(stack, holder).flatMap((packager) =>
        ["mediapackagev2:PutObject", "mediapackagev2:GetChannel"].map((action) => askOf(action, packager)),
      ),
      ...inputsOf(stack, holder)
        .flatMap((input) => passphraseOf(stack, input) ?? [])
        .map((secret) => askOf("secretsmanager:GetSecretValue", secret)),
    ],
  }));
  const schedules = stack.ofType("AWS::Scheduler::Schedule").map((holder) => {
    const { Arn, RoleArn } = (holder.properties["Target"] ?? {}) as Json;
    const callee = stack.named(Arn)?.resource;
    const action = "lambda:InvokeFunction";
    const { region, account } = stack.place;
    return {
      // Scheduler names the group, not the schedule.
      source: `arn:aws:scheduler:${region}:${account}:schedule-group/${holder.properties["GroupName"] ?? "default"}`,
      holder,
      role: stack.find("AWS::IAM::Role", RoleArn),
      service: "scheduler.amazonaws.com",
      asks: callee ? [{ action, requests: [{ action, resource: arnOf(callee), context: {} }] }] : [],
    };
  });
  return [...functions, ...channels, ...schedules];
}

function askOf(action: string, resource: StackResource): Ask {
  return { action, requests: [{ action, resource: arnOf(resource), context: {} }] };
}

/** The code of a function. Throws when its handler isn't one of those that were read. */
export function codeOf(stack: Stack, { id, properties }: StackResource, code: CodeByFile): Code {
  const { file, handler } = readFunction(stack.source, id);
  const found = code.get(file.href);
  if (!found || handler !== "handler") throw new Error(`${id}: nobody read ${properties["Handler"]}`);
  return found;
}

/** The MediaPackage channels that a MediaLive channel sends to. */
export function packagersOf(stack: Stack, channel: StackResource): StackResource[] {
  const destinations = (channel.properties["Destinations"] ?? []) as Json[];
  const settings = destinations.flatMap(({ MediaPackageSettings }) => (MediaPackageSettings ?? []) as Json[]);
  return stack
    .ofType("AWS::MediaPackageV2::Channel")
    .filter(({ properties }) =>
      settings.some(
        ({ ChannelGroup, ChannelName }) =>
          ChannelGroup === properties["ChannelGroupName"] && ChannelName === properties["ChannelName"],
      ),
    );
}

/** The inputs that a MediaLive channel takes; undefined for one that isn't there. */
export function inputsOf(stack: Stack, channel: StackResource): (StackResource | undefined)[] {
  return ((channel.properties["InputAttachments"] ?? []) as Json[]).map(({ InputId }) =>
    stack.find("AWS::MediaLive::Input", InputId),
  );
}

/** The secret that an SRT input is decrypted with. */
export function passphraseOf(stack: Stack, input: StackResource | undefined): StackResource | undefined {
  const { SrtListenerSettings } = (input?.properties["SrtSettings"] ?? {}) as Json;
  const { Decryption } = (SrtListenerSettings ?? {}) as Json;
  const { PassphraseSecretArn } = (Decryption ?? {}) as Json;
  return stack.find("AWS::SecretsManager::Secret", PassphraseSecretArn);
}

/** One request for each resource that the function means: those that its variables name, else all of their kind. */
function requestsFor(stack: Stack, holder: StackResource, action: string): Request[] {
  if (WITHOUT_RESOURCE.has(action)) return [{ action, resource: "*", context: {} }];
  if (action === "execute-api:ManageConnections") return connections(stack, holder, action);
  const [service] = action.split(":");
  if (/^mediapackagev2:.*Object$/.test(action)) return packaged(stack, holder, action);
  const ofService = stack.resources.filter((resource) => serviceOf(resource) === service);
  const variables = Object.values(variablesOf(holder));
  const named = ofService.filter((resource) =>
    variables.some((value) => stack.named(value)?.resource === resource),
  );
  const ofKind = ofService.filter((resource) => action.includes(`${shortType(resource)}`));
  return (named.length > 0 ? named : ofKind).map((resource) => ({
    action,
    resource:
      action.startsWith("s3:") && action.endsWith("Object")
        ? `${arnOf(resource)}/${REPORTS_FOLDER}key`
        : arnOf(resource),
    context: tagsOf(resource),
  }));
}

/** The endpoints of the packagers whose domain a variable has in it. */
function packaged(stack: Stack, holder: StackResource, action: string): Request[] {
  const variables = Object.values(variablesOf(holder)).map(String);
  const groups = stack
    .ofType("AWS::MediaPackageV2::ChannelGroup")
    .filter(({ identity }) =>
      variables.some((value) => value.includes(String(identity.attributes["EgressDomain"]))),
    )
    .map(({ properties }) => properties["ChannelGroupName"]);
  return stack
    .ofType("AWS::MediaPackageV2::OriginEndpoint")
    .filter(({ properties }) => groups.includes(properties["ChannelGroupName"]))
    .map((endpoint) => ({ action, resource: arnOf(endpoint), context: {} }));
}

/** The connections of those APIs whose routes lead to the function. */
function connections(stack: Stack, holder: StackResource, action: string): Request[] {
  const addresses = routesTo(stack)
    .filter(({ callee }) => callee === holder)
    .flatMap(({ api, stages }) => stages.map((stage) => `${executeApiArn(stack, api)}/${stage}`));
  return [...new Set(addresses)].map((address) => ({
    action,
    resource: `${address}/POST/@connections/x1=`,
    context: {},
  }));
}

export function variablesOf({ properties }: StackResource): Readonly<Record<string, unknown>> {
  return ((properties["Environment"] as Json | undefined)?.["Variables"] ?? {}) as Json;
}

function arnOf({ identity }: StackResource): string {
  return String(identity.attributes["Arn"] ?? identity.ref);
}

/** A resource's tags as condition keys, whichever way its type writes them. */
function tagsOf({ properties }: StackResource): Record<string, string> {
  const tags = (properties["Tags"] ?? {}) as Json | { readonly Key: string; readonly Value: string }[];
  const pairs = Array.isArray(tags) ? tags.map(({ Key, Value }) => [Key, Value]) : Object.entries(tags);
  return Object.fromEntries(pairs.map(([key, value]) => [`aws:ResourceTag/${key}`, String(value)]));
}
