/** Who calls whom in the deployed stack, as the requests that the callee's policy has to allow. */

import type { Request } from "./iam.ts";
import type { Json } from "./identity.ts";
import { originKind } from "./origins.ts";
import type { Stack, StackResource } from "./stack.ts";

export interface Call {
  /** Logical id of what calls. */
  readonly caller: string;
  readonly callee: StackResource;
  readonly request: Request;
}

/** Calls by AWS's services; what functions call is in their code. */
export function callsIn(stack: Stack): Call[] {
  return [
    ...routeCalls(stack),
    ...authorizerCalls(stack),
    ...eventCalls(stack),
    ...alarmCalls(stack),
    ...originCalls(stack),
  ];
}

export function executeApiArn({ place }: Stack, apiId: unknown): string {
  return `arn:aws:execute-api:${place.region}:${place.account}:${apiId}`;
}

/** The function that API Gateway invokes at this address, if that is spelled right. */
export function invokedFunction(stack: Stack, uri: unknown): StackResource | undefined {
  const prefix = `arn:aws:apigateway:${stack.place.region}:lambda:path/2015-03-31/functions/`;
  const [, rest] = String(uri).split(prefix);
  return rest?.endsWith("/invocations")
    ? stack.find("AWS::Lambda::Function", rest.slice(0, -"/invocations".length))
    : undefined;
}

/** The routes that lead to a function, each with its stages. */
export function routesTo(stack: Stack) {
  return stack.ofType("AWS::ApiGatewayV2::Route").flatMap((route) => {
    const { ApiId, Target, RouteKey } = route.properties;
    const integration = stack.find(
      "AWS::ApiGatewayV2::Integration",
      String(Target).replace("integrations/", ""),
    );
    const callee = invokedFunction(stack, integration?.properties["IntegrationUri"]);
    const stages = stack
      .ofType("AWS::ApiGatewayV2::Stage")
      .filter(({ properties }) => properties["ApiId"] === ApiId)
      .map(({ properties }) => String(properties["StageName"]));
    return callee ? [{ route, api: ApiId, stages, key: String(RouteKey), callee }] : [];
  });
}

function routeCalls(stack: Stack): Call[] {
  return routesTo(stack).flatMap(({ route, api, stages, key, callee }) =>
    stages.map((stage) =>
      invocation(
        route.id,
        callee,
        "apigateway.amazonaws.com",
        `${executeApiArn(stack, api)}/${stage}/${key}`,
      ),
    ),
  );
}

function authorizerCalls(stack: Stack): Call[] {
  return stack.ofType("AWS::ApiGatewayV2::Authorizer").flatMap(({ id, identity, properties }) => {
    const callee = invokedFunction(stack, properties["AuthorizerUri"]);
    const source = `${executeApiArn(stack, properties["ApiId"])}/authorizers/${identity.ref}`;
    return callee ? [invocation(id, callee, "apigateway.amazonaws.com", source)] : [];
  });
}

function eventCalls(stack: Stack): Call[] {
  return stack.ofType("AWS::Events::Rule").flatMap(({ id, identity, properties }) =>
    ((properties["Targets"] ?? []) as Json[]).flatMap(({ Arn }): Call[] => {
      const callee = stack.named(Arn)?.resource;
      const source = String(identity.attributes["Arn"]);
      if (callee?.type === "AWS::Lambda::Function")
        return [invocation(id, callee, "events.amazonaws.com", source)];
      if (callee?.type === "AWS::SNS::Topic")
        return [publication(id, callee, "events.amazonaws.com", source)];
      return [];
    }),
  );
}

function alarmCalls(stack: Stack): Call[] {
  return stack.ofType("AWS::CloudWatch::Alarm").flatMap(({ id, identity, properties }) =>
    ["AlarmActions", "OKActions", "InsufficientDataActions"].flatMap((kind) =>
      ((properties[kind] ?? []) as unknown[]).flatMap((action): Call[] => {
        const callee = stack.find("AWS::SNS::Topic", action);
        const source = String(identity.attributes["Arn"]);
        return callee ? [publication(id, callee, "cloudwatch.amazonaws.com", source)] : [];
      }),
    ),
  );
}

function originCalls(stack: Stack): Call[] {
  return stack.ofType("AWS::CloudFront::Distribution").flatMap((distribution) => {
    const config = distribution.properties["DistributionConfig"] as Json;
    const SourceArn = `arn:aws:cloudfront::${stack.place.account}:distribution/${distribution.identity.ref}`;
    const ask = (callee: StackResource, action: string, resource: string, more = {}): Call => ({
      caller: distribution.id,
      callee,
      request: {
        principal: "cloudfront.amazonaws.com",
        action,
        resource,
        context: { "aws:SourceArn": SourceArn, "aws:SourceAccount": stack.place.account, ...more },
      },
    });
    return ((config["Origins"] ?? []) as Json[]).flatMap((origin): Call[] => {
      const { kind, target } = originKind(stack, origin);
      const arn = String(target?.identity.attributes["Arn"]);
      if (!target) return [];
      if (kind === "s3") return [ask(target, "s3:GetObject", `${arn}/object`)];
      if (kind === "lambda") {
        const url = stack.ofType("AWS::Lambda::Url").find(({ id }) => id === target.id);
        const callee = stack.find("AWS::Lambda::Function", url?.properties["TargetFunctionArn"]);
        if (!callee) return [];
        const name = String(callee.identity.attributes["Arn"]);
        return [
          ask(callee, "lambda:InvokeFunctionUrl", name, { "lambda:FunctionUrlAuthType": "AWS_IAM" }),
          ask(callee, "lambda:InvokeFunction", name, { "lambda:InvokedViaFunctionUrl": "true" }),
        ];
      }
      if (kind !== "mediapackagev2") return [];
      return stack
        .ofType("AWS::MediaPackageV2::OriginEndpoint")
        .filter(({ properties }) => properties["ChannelGroupName"] === target.properties["ChannelGroupName"])
        .flatMap((endpoint) =>
          ["mediapackagev2:GetObject", "mediapackagev2:GetHeadObject"].map((action) =>
            ask(endpoint, action, String(endpoint.identity.attributes["Arn"])),
          ),
        );
    });
  });
}

function invocation(caller: string, callee: StackResource, principal: string, source: string): Call {
  return call(
    caller,
    callee,
    principal,
    "lambda:InvokeFunction",
    String(callee.identity.attributes["Arn"]),
    source,
  );
}

function publication(caller: string, callee: StackResource, principal: string, source: string): Call {
  return call(caller, callee, principal, "sns:Publish", callee.identity.ref, source);
}

function call(
  caller: string,
  callee: StackResource,
  principal: string,
  action: string,
  resource: string,
  source: string,
): Call {
  const context = { "aws:SourceArn": source, "aws:SourceAccount": source.split(":")[4] ?? "" };
  return { caller, callee, request: { principal, action, resource, context } };
}
