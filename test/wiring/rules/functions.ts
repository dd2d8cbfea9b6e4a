/** Each function is given what its code reads, writes to a log of its own, and serves what asks for it. */

import { codeOf, variablesOf } from "../asks.ts";
import { callsIn, invokedFunction, routesTo } from "../calls.ts";
import { map } from "../distributions.ts";
import { isLike } from "../iam.ts";
import type { Json } from "../identity.ts";
import type { Rule } from "../rule.ts";
import type { Stack, StackResource } from "../stack.ts";

/** What is asked by these needs no permission of its own, so nothing else would see another id. */
const NAMED_AFTER: Readonly<Record<string, string>> = {
  CHANNEL_ID: "AWS::MediaLive::Channel",
  DISTRIBUTION_ID: "AWS::CloudFront::Distribution",
};

export const functionRules: Readonly<Record<string, Rule>> = {
  *"each function is given every variable that its code reads, and no other"({ stack, code }) {
    for (const holder of stack.ofType("AWS::Lambda::Function")) {
      const { variables } = codeOf(stack, holder, code);
      const given = Object.keys(variablesOf(holder));
      for (const name of variables) if (!given.includes(name)) yield `${holder.id} isn't given ${name}`;
      for (const name of given) if (!variables.includes(name)) yield `${holder.id} is given ${name} in vain`;
    }
  },

  *"a variable that is called after a kind of resource names one of that kind"({ stack }) {
    const groups = stack
      .ofType("AWS::MediaPackageV2::ChannelGroup")
      .map(({ properties }) => properties["ChannelGroupName"]);
    for (const holder of stack.ofType("AWS::Lambda::Function")) {
      for (const [name, value] of Object.entries(variablesOf(holder))) {
        const type = NAMED_AFTER[name];
        if (type !== undefined && stack.find(type, value)?.identity.ref !== value)
          yield `${holder.id}'s ${name} is ${value}, which is no ${type}`;
        if (name === "STACK_NAME" && value !== stack.place.stackName)
          yield `${holder.id}'s ${name} is ${value}, and not the stack's`;
        if (name === "CHANNEL_GROUP" && !groups.includes(value))
          yield `${holder.id}'s ${name} is ${value}, and no group is called so`;
      }
    }
  },

  *"a channel whose thumbnails a function asks for makes them"({ stack, code }) {
    const askers = stack
      .ofType("AWS::Lambda::Function")
      .filter((holder) => codeOf(stack, holder, code).actions.includes("medialive:DescribeThumbnails"));
    for (const { id, properties } of stack.ofType("AWS::MediaLive::Channel"))
      if (
        askers.length > 0 &&
        map(map(properties["EncoderSettings"])["ThumbnailConfiguration"])["State"] !== "AUTO"
      )
        yield `${id} makes no thumbnails, for which ${askers.map((asker) => asker.id).join()} asks`;
  },

  *"each function has a log of its own, which is kept as long as all"({ stack }) {
    const logs = stack.ofType("AWS::Logs::LogGroup");
    const used = stack.ofType("AWS::Lambda::Function").map(({ id, properties }) => {
      const name = (properties["LoggingConfig"] as Json | undefined)?.["LogGroup"];
      return { id, log: stack.find("AWS::Logs::LogGroup", name) };
    });
    for (const { id, log } of used) if (!log) yield `${id} has no log group`;
    for (const log of logs) {
      const writers = used.filter((each) => each.log === log);
      if (writers.length > 1) yield `${writers.map(({ id }) => id).join(" and ")} share ${log.id}`;
      if (log.properties["RetentionInDays"] === undefined) yield `${log.id} is kept for ever`;
    }
  },

  *"a custom resource is served by a function that knows its type, and in time"({ stack, code }) {
    for (const { id, type, properties } of stack.resources.filter(({ type }) =>
      type.startsWith("Custom::"),
    )) {
      const server = stack.find("AWS::Lambda::Function", properties["ServiceToken"]);
      const isArn = server?.identity.attributes["Arn"] === properties["ServiceToken"];
      if (!server || !isArn) yield `${id} is served by nobody`;
      else if (!codeOf(stack, server, code).customTypes.includes(type))
        yield `${server.id} doesn't know ${type}`;
    }
  },

  *"routes, integrations and authorizers of an API lead to functions"({ stack }) {
    const routed = new Set(routesTo(stack).map(({ route }) => route));
    for (const route of stack.ofType("AWS::ApiGatewayV2::Route")) {
      const integration = stack.find(
        "AWS::ApiGatewayV2::Integration",
        String(route.properties["Target"]).replace("integrations/", ""),
      );
      const isMock = integration?.properties["IntegrationType"] === "MOCK";
      if (!isMock && (!routed.has(route) || !String(route.properties["Target"]).startsWith("integrations/")))
        yield `${route.id} leads nowhere`;
      const responses = stack
        .ofType("AWS::ApiGatewayV2::RouteResponse")
        .filter(({ properties }) => properties["RouteId"] === route.identity.ref);
      const wantsResponse = route.properties["RouteResponseSelectionExpression"] !== undefined;
      if (![undefined, "$default"].includes(route.properties["RouteResponseSelectionExpression"] as string))
        yield `${route.id} selects no response`;
      if (wantsResponse !== responses.length > 0)
        yield `${route.id}'s replies reach nobody, or there are none`;
    }
    for (const { id, properties } of stack.ofType("AWS::ApiGatewayV2::Integration"))
      if (
        properties["IntegrationType"] === "AWS_PROXY" &&
        !invokedFunction(stack, properties["IntegrationUri"])
      )
        yield `${id} invokes no function`;
    for (const { id, properties } of stack.ofType("AWS::ApiGatewayV2::Authorizer"))
      if (!invokedFunction(stack, properties["AuthorizerUri"])) yield `${id} invokes no function`;
    for (const response of stack.ofType("AWS::ApiGatewayV2::RouteResponse"))
      if (
        response.properties["RouteResponseKey"] !== "$default" ||
        !stack.find("AWS::ApiGatewayV2::Route", response.properties["RouteId"])
      )
        yield `${response.id} is of no route`;
    for (const { id, properties } of stack.ofType("AWS::ApiGatewayV2::Stage")) {
      if (properties["AutoDeploy"] !== true && properties["DeploymentId"] === undefined)
        yield `${id} deploys nothing`;
      const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = map(
        properties["DefaultRouteSettings"],
      );
      // The account's own limits, which a stage can't raise.
      if (!(Number(rate) > 0 && Number(rate) <= 10_000 && Number(burst) > 0 && Number(burst) <= 5_000))
        yield `${id} lets through ${rate} a second, ${burst} at once`;
    }
  },

  *"an integration without a function has an answer, which lets the viewer in"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::ApiGatewayV2::Integration")) {
      if (properties["IntegrationType"] !== "MOCK") continue;
      const { RequestTemplates, TemplateSelectionExpression } = properties;
      const text = map(RequestTemplates)[String(TemplateSelectionExpression)];
      const status = /^\{"statusCode": ?(\d+)\}$/.exec(String(text))?.[1];
      if (!(Number(status) >= 200 && Number(status) < 300)) yield `${id} answers ${text}`;
    }
  },

  *"a viewer's message has a route, and its end as well"({ stack }) {
    for (const api of stack.ofType("AWS::ApiGatewayV2::Api")) {
      const keys = stack
        .ofType("AWS::ApiGatewayV2::Route")
        .filter(({ properties }) => properties["ApiId"] === api.identity.ref)
        .map(({ properties }) => properties["RouteKey"]);
      for (const key of ["$connect", "$default", "$disconnect"])
        if (!keys.includes(key)) yield `${api.id} has no route ${key}`;
      if (new Set(keys).size < keys.length) yield `${api.id} has a route twice`;
      if (!/^\$request\.body\.\w+$/.test(String(api.properties["RouteSelectionExpression"])))
        yield `${api.id} selects no route`;
      if (api.properties["ProtocolType"] !== "WEBSOCKET") yield `${api.id} isn't for WebSockets`;
    }
  },

  *"paths that functions are told lead through CloudFront to what is there"({ stack }) {
    const patterns = behaviourPatterns(stack);
    for (const holder of stack.ofType("AWS::Lambda::Function")) {
      for (const [name, value] of Object.entries(variablesOf(holder))) {
        if (typeof value !== "string" || !value.startsWith("/")) continue;
        if (!patterns.some((pattern) => isLike(value, pattern)))
          yield `${holder.id}'s ${name} is ${value}, where nothing is`;
        // A path of the packager's may have another before it, and may be the folder in which its files are.
        const [, packaged] = /(\/out\/.*)$/.exec(value) ?? [];
        const known = manifestsIn(stack).flatMap((path) => [path, path.replace(/[^/]+$/, "")]);
        if (packaged !== undefined && !known.includes(packaged))
          yield `${holder.id}'s ${name} is ${value}, but there are ${manifestsIn(stack).join(", ")}`;
      }
    }
  },

  *"each function runs on what its code is built for, and is called by something"({ stack }) {
    const called = new Set(callsIn(stack).map(({ callee }) => callee));
    for (const { properties } of stack.resources) {
      const server = stack.find("AWS::Lambda::Function", properties["ServiceToken"]);
      if (server) called.add(server);
    }
    for (const holder of stack.ofType("AWS::Lambda::Function")) {
      const { Runtime, Architectures } = holder.properties;
      if (!/^nodejs\d+\.x$/.test(String(Runtime))) yield `${holder.id} has no Node`;
      if (String(Architectures) !== "arm64") yield `${holder.id} isn't for arm64, which costs a fifth less`;
      if (!called.has(holder)) yield `nobody calls ${holder.id}`;
    }
    const clocks = stack.ofType("AWS::Scheduler::Schedule");
    for (const { id, properties } of [...stack.ofType("AWS::Events::Rule"), ...clocks]) {
      const schedule = properties["ScheduleExpression"];
      const isRate =
        /^rate\(([2-9]|\d{2,}) (minutes|hours|days)\)$|^rate\(1 (minute|hour|day)\)$|^cron\(([^ ]+ ){5}[^ ]+\)$/;
      if (schedule === undefined && properties["EventPattern"] === undefined) yield `${id} never happens`;
      if (schedule !== undefined && !isRate.test(String(schedule))) yield `${id} runs at ${schedule}`;
    }
  },

  *"each function has as long as its caller waits"({ stack }) {
    const longest = new Map<StackResource, number>();
    for (const { callee } of routesTo(stack)) longest.set(callee, 29);
    for (const { properties } of stack.ofType("AWS::ApiGatewayV2::Authorizer")) {
      const callee = invokedFunction(stack, properties["AuthorizerUri"]);
      if (callee) longest.set(callee, 10);
    }
    for (const holder of stack.ofType("AWS::Lambda::Function")) {
      const seconds = Number(holder.properties["Timeout"]);
      if (!(seconds >= 1 && seconds <= (longest.get(holder) ?? 900)))
        yield `${holder.id} may take ${seconds} s`;
    }
    for (const { id, properties } of stack.resources.filter(({ type }) => type.startsWith("Custom::"))) {
      const server = stack.find("AWS::Lambda::Function", properties["ServiceToken"]);
      if (server?.properties["Timeout"] !== 900) yield `${id} may need longer than its function has`;
    }
  },
};

/** Patterns of all behaviours but the default, and of those the prefix that a function at the edge takes away. */
function behaviourPatterns(stack: Stack): string[] {
  return stack.ofType("AWS::CloudFront::Distribution").flatMap(({ properties }) => {
    const { CacheBehaviors = [] } = properties["DistributionConfig"] as { readonly CacheBehaviors?: Json[] };
    return CacheBehaviors.flatMap(({ PathPattern, FunctionAssociations }) => {
      const pattern = String(PathPattern);
      return FunctionAssociations === undefined ? [pattern] : [pattern, pattern.replace(/^\/\w+\/\*/, "")];
    });
  });
}

/** The paths of all manifests of the stack's endpoints. */
function manifestsIn(stack: Stack): string[] {
  return stack.ofType("AWS::MediaPackageV2::OriginEndpoint").flatMap(({ properties }) => {
    const { ChannelGroupName, ChannelName, OriginEndpointName } = properties;
    const base = `/out/v1/${ChannelGroupName}/${ChannelName}/${OriginEndpointName}`;
    const of = (kind: string, extension: string) =>
      ((properties[kind] ?? []) as Json[]).map(({ ManifestName }) => `${base}/${ManifestName}.${extension}`);
    return [
      ...of("HlsManifests", "m3u8"),
      ...of("LowLatencyHlsManifests", "m3u8"),
      ...of("DashManifests", "mpd"),
    ];
  });
}
