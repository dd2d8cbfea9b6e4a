/** CloudFormation makes things in an order that their services can bear, also where names are mere strings. */

import { type Json, namingProperty, specOf } from "../identity.ts";
import type { Rule } from "../rule.ts";
import { type Stack, type StackResource, shortType } from "../stack.ts";

export const orderRules: Readonly<Record<string, Rule>> = {
  *"a stage is made after the routes that it deploys, and what they need"({ stack }) {
    for (const stage of stack.ofType("AWS::ApiGatewayV2::Stage")) {
      const before = stack.before(stage.id);
      const parts = stack.resources.filter(
        ({ id, type, properties }) =>
          /^AWS::ApiGatewayV2::(Route|RouteResponse|Integration|IntegrationResponse|Authorizer)$/.test(
            type,
          ) &&
          properties["ApiId"] === stage.properties["ApiId"] &&
          id !== stage.id,
      );
      for (const { id } of parts)
        if (!before.has(id)) yield `${stage.id} may be deployed before ${id} is there`;
    }
  },

  *"what names another resource by a string is made after it"({ stack }) {
    for (const resource of stack.resources) {
      const before = stack.before(resource.id);
      for (const named of namesakes(stack, resource)) {
        if (!named.found) yield `${resource.id} names a ${named.what} that isn't there`;
        else if (!before.has(named.found.id)) yield `${resource.id} may be made before ${named.found.id}`;
      }
    }
  },

  *"a running channel is stopped before it changes, and before it is deleted"({ stack }) {
    const stops = stack.ofType("Custom::ChannelStop");
    for (const channel of stack.ofType("AWS::MediaLive::Channel", "AWS::MediaLive::Input")) {
      const before = stack.before(channel.id);
      const stop = stops.find(({ id, properties }) => before.has(id) && properties["Before"] === "change");
      if (!stop) yield `${channel.id} may change while it runs`;
      for (const parameter of stack.parametersOf(channel.id))
        if (stop && !(parameter in stop.properties))
          yield `${stop.id} isn't told of ${parameter}, which changes ${channel.id}`;
    }
    for (const channel of stack.ofType("AWS::MediaLive::Channel")) {
      const isGuarded = stops.some(
        ({ id, properties }) => properties["Before"] === "delete" && stack.before(id).has(channel.id),
      );
      if (!isGuarded) yield `${channel.id} may be deleted while it runs`;
    }
  },

  *"new pages are served once the edge knows them"({ stack }) {
    const sites = stack.ofType("AWS::Lambda::Function").filter(({ properties }) => isSite(properties));
    for (const edge of stack.ofType("AWS::CloudFront::Function"))
      for (const site of sites)
        if (!stack.before(site.id).has(edge.id)) yield `${site.id} may be updated before ${edge.id}`;
  },

  *"nothing waits for itself"({ stack }) {
    for (const { id } of stack.resources) if (stack.before(id).has(id)) yield `${id} depends on itself`;
  },
};

/** What serves the pages tells the player how to share. */
function isSite({ Environment }: Json): boolean {
  return "SHARING_MODE" in (((Environment as Json | undefined)?.["Variables"] as Json | undefined) ?? {});
}

interface Namesake {
  readonly what: string;
  readonly found: StackResource | undefined;
}

/** Resources of the same service that this one names by strings, such as `ChannelGroupName`. */
function namesakes(stack: Stack, resource: StackResource): Namesake[] {
  const service = resource.type.split("::").slice(0, 2).join("::");
  if (service !== "AWS::MediaPackageV2") return [];
  return ["ChannelGroup", "Channel", "OriginEndpoint"].flatMap((kind): Namesake[] => {
    const spec = specOf(`${service}::${kind}`);
    const naming = spec && namingProperty(spec);
    if (!naming || shortType(resource) === kind || !(naming in resource.properties)) return [];
    const shared = Object.keys(spec.properties).filter(
      (name) => /Name$/.test(name) && spec.properties[name]?.required,
    );
    const found = stack
      .ofType(`${service}::${kind}`)
      .find(({ properties }) => shared.every((name) => properties[name] === resource.properties[name]));
    return [{ what: `${kind} called ${resource.properties[naming]}`, found }];
  });
}
