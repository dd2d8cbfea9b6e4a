/** Prints, as JSON, what CloudFormation will ask of the media services, for each ladder and channel class. */

import { readTemplate, type Template } from "../../local/template.ts";

const LADDERS = ["1080p", "720p", "540p"];
const CLASSES = ["SINGLE_PIPELINE", "STANDARD"];

/** CloudFormation's properties are the API's parameters, under the same names. */
function requestsOf(template: Template): object[] {
  const properties = (id: string) => template.resource(id).properties.raw as Record<string, unknown>;
  return [
    { service: "medialive", operation: "CreateInput", parameters: properties("LiveInput") },
    { service: "medialive", operation: "CreateChannel", parameters: properties("LiveChannel") },
    { service: "mediapackagev2", operation: "CreateChannelGroup", parameters: properties("PackageGroup") },
    { service: "mediapackagev2", operation: "CreateChannel", parameters: properties("PackageChannel") },
    {
      service: "mediapackagev2",
      operation: "CreateOriginEndpoint",
      parameters: withNumbers(properties("PackageEndpoint")),
    },
  ];
}

/** CloudFormation makes a number of the text that a Number parameter is; here those are all lengths of time. */
function withNumbers(properties: object): object {
  return JSON.parse(JSON.stringify(properties), (name, value: unknown) =>
    name.endsWith("WindowSeconds") ? Number(value) : value,
  );
}

const titled = await Promise.all(
  LADDERS.flatMap((Ladder) =>
    CLASSES.map(async (ChannelClass) => {
      const template = await readTemplate({ parameters: { Ladder, ChannelClass } });
      return requestsOf(template).map((request) => ({ title: `${Ladder} ${ChannelClass}`, ...request }));
    }),
  ),
);
console.log(JSON.stringify(titled.flat()));
