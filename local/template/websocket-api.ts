/** Reads a WebSocket API, its stage, routes and authorizer from the template. */

import type { Resource, Template } from "../template.ts";
import { referencedResource } from "./intrinsics.ts";
import type { Value } from "./value.ts";

export interface WebSocketApi {
  readonly id: string;
  readonly stage: string;
  /** Such as `$request.body.action`. */
  readonly routeSelectionExpression: string;
  readonly routes: readonly Route[];
}

export interface Route {
  /** `$connect`, `$disconnect`, `$default`, or a value of the route selection expression. */
  readonly key: string;
  /** Logical id of the function that answers; none for a route whose integration is a mock, or that has none. */
  readonly functionId: string | undefined;
  /** How long the function may take before the caller is told that it timed out. */
  readonly timeoutSeconds: number;
  /** Whether the function's answer is sent back to the caller as a message. */
  readonly hasResponse: boolean;
  readonly authorizer: Authorizer | undefined;
}

export interface Authorizer {
  readonly functionId: string;
  /** Such as `route.request.header.x-origin`: a request that lacks one is refused without asking the authorizer. */
  readonly identitySources: readonly string[];
}

/** API Gateway's longest timeout, which is also its default. */
const LONGEST_INTEGRATION_SECONDS = 29;

/** Reads the WebSocket API with this logical id. Throws when its stage is missing or ambiguous. */
export function readWebSocketApi(template: Template, id: string): WebSocketApi {
  const belongs = (resource: Resource): boolean => refersTo(resource, "ApiId", id);
  const stages = template.resourcesOf("AWS::ApiGatewayV2::Stage").filter(belongs);
  const stage = stages[0];
  if (!stage || stages.length > 1)
    throw new Error(`template.yaml has ${stages.length} stages for ${id}, not one`);
  const responses = template.resourcesOf("AWS::ApiGatewayV2::RouteResponse").filter(belongs);
  return {
    id,
    stage: stage.properties.at("StageName").text(),
    routeSelectionExpression: template.resource(id).properties.at("RouteSelectionExpression").text(),
    routes: template
      .resourcesOf("AWS::ApiGatewayV2::Route")
      .filter(belongs)
      .map((route) => ({
        key: route.properties.at("RouteKey").text(),
        ...readIntegration(template, route),
        hasResponse:
          route.properties.at("RouteResponseSelectionExpression").exists &&
          responses.some((response) => refersTo(response, "RouteId", route.id)),
        authorizer: readAuthorizer(template, route),
      })),
  };
}

function readIntegration(template: Template, route: Resource): Pick<Route, "functionId" | "timeoutSeconds"> {
  const target = route.properties.at("Target");
  const integrationId = target.exists ? referencedResource(target.text()) : undefined;
  if (!integrationId) return { functionId: undefined, timeoutSeconds: LONGEST_INTEGRATION_SECONDS };
  const { properties } = template.resource(integrationId);
  if (properties.at("IntegrationType").text() === "MOCK") {
    requireMockThatAccepts(properties);
    return { functionId: undefined, timeoutSeconds: LONGEST_INTEGRATION_SECONDS };
  }
  return {
    functionId: referencedResource(properties.at("IntegrationUri").text()),
    timeoutSeconds: properties.at("TimeoutInMillis").number(LONGEST_INTEGRATION_SECONDS * 1000) / 1000,
  };
}

/** Throws on a mock integration that doesn't answer 200, which is all that a route needs one for. */
function requireMockThatAccepts(properties: Value): void {
  const selected = properties.at("TemplateSelectionExpression").text();
  const template = properties.at("RequestTemplates", selected);
  const { statusCode } = JSON.parse(template.text()) as { statusCode?: unknown };
  if (statusCode !== 200) throw new Error(`template.yaml: ${template.path} must have the statusCode 200`);
}

function readAuthorizer(template: Template, route: Resource): Authorizer | undefined {
  if (route.properties.at("AuthorizationType").text("NONE") !== "CUSTOM") return undefined;
  const authorizerId = referencedResource(route.properties.at("AuthorizerId").text());
  if (!authorizerId) throw new Error(`template.yaml: ${route.id} wants an authorizer, but names none`);
  const { properties } = template.resource(authorizerId);
  const functionId = referencedResource(properties.at("AuthorizerUri").text());
  if (!functionId) throw new Error(`template.yaml: ${authorizerId} names no function`);
  return {
    functionId,
    identitySources: properties
      .at("IdentitySource")
      .list()
      .map((source) => source.text()),
  };
}

function refersTo(resource: Resource, property: string, id: string): boolean {
  return referencedResource(resource.properties.at(property).text("")) === id;
}
