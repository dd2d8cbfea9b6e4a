/** The names that CloudFormation and the services would give the template's resources: what Ref and GetAtt mean. */

import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";

const db = await loadAwsServiceSpec();

export type Json = Readonly<Record<string, unknown>>;
export type Spec = NonNullable<ReturnType<typeof specOf>>;

const known = new Map<string, ReturnType<typeof lookUp>>();

function lookUp(type: string) {
  return db.lookup("resource", "cloudFormationType", "equals", type)[0];
}

/** What CloudFormation's schema database says of a type. */
export function specOf(type: string) {
  if (!known.has(type)) known.set(type, lookUp(type));
  return known.get(type);
}

export function typeDefinition(reference: Parameters<typeof db.get<"typeDefinition">>[1]) {
  return db.get("typeDefinition", reference);
}

/** Metrics that AWS's services have, as `namespace name`. The database lacks MediaPackage's. */
export const AWS_METRICS: ReadonlySet<string> = new Set([
  ...db.all("metric").map(({ namespace, name }) => `${namespace} ${name}`),
  ...["Bytes", "RequestCount", "ResponseTime"].flatMap((name) => [
    `AWS/MediaPackage Egress${name}`,
    `AWS/MediaPackage Ingress${name}`,
  ]),
]);

export interface Identity {
  /** What `Ref` gives. */
  readonly ref: string;
  /** The attribute that `Ref` is, such as `TableName`. */
  readonly refersBy: string;
  /** What `GetAtt` gives, by attribute. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Place {
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
}

/** The identity of a resource with these properties. */
export function identify(id: string, type: string, properties: Json, place: Place): Identity {
  const spec = specOf(type);
  if (!spec) return { ref: `${place.stackName}-${id}`, refersBy: "Id", attributes: {} };
  const name = ownName(spec, properties) ?? `${place.stackName}-${id}-1A2B3C`;
  const shortId = `${id.toLowerCase().replace(/[^a-z0-9]/g, "")}0`;
  const arn = arnOf(id, type, name, shortId, properties, place);
  const attribute = (attribute: string): unknown =>
    SPECIAL[attribute]?.(shortId, place, properties) ?? plain(attribute);
  const plain = (attribute: string): string => {
    // A secret's Id is its ARN.
    if (/arn$/i.test(attribute) || /^The ARN of/.test(documentationOf(spec, attribute))) return arn;
    if (/name$/i.test(attribute) && !attribute.includes("Domain")) return name;
    return attribute === "Id" || attribute.endsWith("Id") ? shortId : `${shortId}-${attribute.toLowerCase()}`;
  };
  const refersBy = (spec.cfnRefIdentifier ?? spec.primaryIdentifier ?? ["Id"]).at(-1) as string;
  const attributes = Object.fromEntries(
    [...new Set([...Object.keys(spec.attributes), refersBy])].map((each) => [each, attribute(each)]),
  );
  return { ref: String(attributes[refersBy]), refersBy, attributes };
}

function documentationOf(spec: Spec, attribute: string): string {
  return spec.attributes[attribute]?.documentation ?? "";
}

/** The property by which a resource of this type is named, such as `ChannelGroupName`, if there is one. */
export function namingProperty(spec: Spec): string | undefined {
  return [`${spec.name}Name`, "Name"].find((name) => name in spec.properties);
}

function ownName(spec: Spec, properties: Json): string | undefined {
  const property = namingProperty(spec);
  const value = property === undefined ? undefined : properties[property];
  return typeof value === "string" ? value : undefined;
}

const SPECIAL: Readonly<Record<string, (id: string, place: Place, properties: Json) => unknown>> = {
  FunctionUrl: (shortId, { region }) => `https://${shortId}.lambda-url.${region}.on.aws/`,
  EgressDomain: (shortId, { region }) => `${shortId}.egress.x1.mediapackagev2.${region}.amazonaws.com`,
  Destinations: (shortId, _, { Type, Destinations = [] }) =>
    Type === "SRT_LISTENER"
      ? ["srt://192.0.2.0:5050"]
      : (Destinations as unknown[]).map((_each, zone) => `rtmp://192.0.2.${zone}:1935/live/${shortId}`),
  DomainName: (shortId) => `${shortId}.cloudfront.net`,
  RegionalDomainName: (shortId, { region }) => `${shortId}.s3.${region}.amazonaws.com`,
};

function arnOf(
  id: string,
  type: string,
  name: string,
  shortId: string,
  properties: Json,
  { region, account }: Place,
): string {
  const { ChannelGroupName, ChannelName, OriginEndpointName } = properties;
  const packaging = `arn:aws:mediapackagev2:${region}:${account}:channelGroup/${ChannelGroupName}/channel/${ChannelName}`;
  if (type === "AWS::MediaPackageV2::Channel") return packaging;
  if (type === "AWS::MediaPackageV2::OriginEndpoint")
    return `${packaging}/originEndpoint/${OriginEndpointName}`;
  const template = specOf(type)?.arnTemplate ?? `arn:aws:unknown:\${Region}:\${Account}:${id}`;
  const known: Record<string, string> = { Partition: "aws", Region: region, Account: account };
  return template.replace(
    /\$\{(\w+)\}/g,
    (_, word: string) => known[word] ?? (word.endsWith("Id") ? shortId : name),
  );
}
