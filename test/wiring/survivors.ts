/** Mutations that nothing notices, and why none of them is a mistake in the wiring. */

import type { Mutation } from "./mutations.ts";

interface Explanation {
  readonly of: RegExp;
  readonly because: string;
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    of: /\.(Name|OutputName|SegmentName|InputAttachmentName|PolicyName|DashboardName)(\.Fn::Sub)?: /,
    because: "a name that only people read, or that CloudFormation makes where none is given",
  },
  { of: /\.Metrics\[\d+\]\.Id: /, because: "the name of a series that no expression uses" },
  {
    of: /(Resource: \{"Ref":"Package(Channel|Endpoint)"\}|\.FunctionARN: \{"Ref":"EdgeFunction"\})$/,
    because: "the same: Ref of these types is their ARN",
  },
  {
    of: /^LiveChannel\.DependsOn: removed$|^TrackerStage\.DependsOn: .*"TrackerRouteDefaultResponse"\]$/,
    because: "the same order: what is named here is waited for through what it is named by",
  },
  {
    of: /\.(LogLevel|InputSettings|SourceEndBehavior|ScalingBehavior|RespondToAfd|AudioTypeControl|LanguageCodeControl|InputType|Profile|RateControlMode|RawFormat|Spec|SegmentTemplateFormat|SSESpecification|PointInTimeRecoverySpecification|AllowedMethods|Compress|EnableAcceptEncodingBrotli|DatapointsToAlarm): removed$/,
    because: "the service's own default is what is written, or (an alarm's datapoints) stricter",
  },
  {
    of: /(SSEEnabled|PointInTimeRecoveryEnabled): true$/,
    because: "works, at another price",
  },
  {
    of: /\.Definition: /,
    because: "test/stack/template-references.test.ts compares the digest",
  },
  {
    of: /Function\.(Timeout|MemorySize): (removed|\d+)$/,
    because: "fits its callers; that it fits the code's retries is for the unit tests of the functions",
  },
  {
    of: /(MinBufferTimeSeconds|SuggestedPresentationDelaySeconds|ThrottlingRateLimit|ThrottlingBurstLimit|DefaultTTL|MaxTTL|DaysAfterInitiation|BytesScannedCutoffPerQuery): (removed|\d+)$|\.Max(Write|Read)RequestUnits: \d{2,4}1$/,
    because: "a little more or less than what was chosen, within what fits",
  },
  {
    of: /^(ChannelHealthFunction\.Policies\[0\]\.Statement\[0\]\.Action\[0\]|StudioFunction\.Policies\[0\]\.Statement\[(0\]\.Action\[[03]|3\]\.Action\[[01])\]): removed$/,
    because:
      "it asks the same of another table, and no rule knows which of two an action is for: docs/first-deploy-checks.md has both",
  },
  {
    of: /RouteSelectionExpression: /,
    because: "there is no route but $default, which takes every selection",
  },
  {
    of: /STUN_SERVERS/,
    because: "another host's port: no model knows what listens there",
  },
  {
    of: /Alarm: removed$|Alarm\.Threshold: \d{1,2}001$/,
    because: "test/stack/template-alarms.test.ts has a fault for each alarm, and the fault must fire it",
  },
  {
    of: /Alarm\.(EvaluationPeriods|DatapointsToAlarm|Threshold): ([1-9]|21)$/,
    because: "a period or an error more than was chosen, until an alarm fires",
  },
  {
    of: /\.Environment\.Variables\.((LOOPBACK_CANDIDATES|PRIVATE_WEBHOOKS): refusde|REHEARSALS: by-commadn|INPUT_METRICS: noen)$/,
    because:
      "the code knows one word (or an address) that allows what only one machine has, and does without by any other",
  },
  {
    of: /^\w+Rule\.Targets\[\d+\]\.(Id: \w+|InputTransformer\.InputTemplate\.Fn::Sub: "[^"]+")$/,
    because: "the name of a target, and the last word of a sentence for people",
  },
  {
    of: /\.(ServiceTimeout: \d{1,2}1|MinimumLatency: 501)$|^Mappings\.Renditions\S+\.(MaxBitrate: \d{3,6}1|Quality: [789])$|^Budget\.\S+\.Threshold: 81$/,
    because: "a second, a bit, a percent or a step of quality more than was chosen",
  },
  {
    of: /^Mappings\.Regions\.[\w-]+: removed$/,
    because:
      ".ci/cloud/run makes the requests in every region that has the services, by botocore's endpoint data",
  },
  {
    of: /^ChannelPlansSchedule\.Target\.RetryPolicy(: removed|\.MaximumRetryAttempts: (removed|1))$/,
    because: "the next minute looks again; retries of this one would only look more often",
  },
  {
    of: /^\w+Query: removed$/,
    because: "functions/insights/raw-reports.test.ts asks each of the five",
  },
  {
    of: /^SlowNetworksQuery\.QueryString: [\s\S]+LIMIT 02\s*$/,
    because: "two of the worst networks in place of twenty",
  },
  { of: /^Outputs\.DomainTarget\.Condition: removed$/, because: "one output more than needed" },
];

/** Why a mutation isn't a mistake; nothing for one that is. */
export function explanationOf({ name }: Mutation): string | undefined {
  return EXPLANATIONS.find(({ of }) => of.test(name))?.because;
}

/** Explanations that explain none of these. */
export function staleExplanations(survivors: readonly Mutation[]): string[] {
  return EXPLANATIONS.filter(({ of }) => !survivors.some(({ name }) => of.test(name))).map(
    ({ because }) => because,
  );
}
