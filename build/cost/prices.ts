/** AWS's prices, for every estimate: us-east-1, on demand, in dollars, without free tiers. */

/** When they were looked up. AWS changes them rarely, and mostly lowers them. */
export const PRICES_OF = "autumn 2026";

export const PRICES = {
  mediaLive: {
    /** An hour of HD AVC input of 10 to 20 Mbit/s, single pipeline. */
    inputHour: 0.294,
    /** An hour of an AVC output of at least 720p, under 10 Mbit/s, up to 30 frames a second, single pipeline. */
    hdOutputHour: 0.702,
    /** The same below 720p. */
    sdOutputHour: 0.354,
    /** Assumed: an hour of an output without video, single pipeline. */
    audioOutputHour: 0.1,
    /** A standard channel has two pipelines; AWS charges a little less than twice. */
    standardFactor: 2,
    /** Assumed: an hour of a stopped channel, and of a push input attached to one. */
    idleHour: 0.01,
  },
  mediaPackage: {
    /** Assumed: a gigabyte that MediaLive sends in. */
    ingestGigabyte: 0.03,
    /** Assumed: a gigabyte that CloudFront fetches. */
    packagingGigabyte: 0.05,
  },
  cloudFront: {
    /** The first 10 TB of a month to North America and Europe; more is cheaper, other continents cost more. */
    gigabyte: 0.085,
    /** By HTTPS. */
    request: 0.01 / 10_000,
    /** A run of a CloudFront Function. */
    functionRun: 0.1e-6,
    /** A request that passes Origin Shield, in the United States; Europe costs a fifth more. */
    originShieldRequest: 0.0075 / 10_000,
  },
  apiGateway: {
    /** A WebSocket message of at most 32 KB, in or out. */
    message: 1e-6,
    connectionMinute: 0.25e-6,
  },
  lambda: {
    /** On arm64. */
    gigabyteSecond: 0.0000133334,
    request: 0.2e-6,
  },
  dynamoDb: {
    /** On demand, of 1 KB. */
    write: 0.625e-6,
    /** On demand, strongly consistent, of 4 KB. */
    read: 0.125e-6,
  },
  s3: {
    gigabyteMonth: 0.023,
    put: 0.005 / 1000,
  },
  cloudWatch: {
    /** A custom metric, for each hour in which a function prints it. */
    metricHour: 0.3 / 730,
    /** For each metric that an alarm reads. Assumed to be beyond the ten that are free. */
    alarmMetricMonth: 0.1,
    /** By GetMetricData. */
    metricRead: 0.01 / 1000,
  },
} as const;

/** What every account has free of CloudFront each month. */
export const FREE_TIER = { gigabytes: 1_000, requests: 10_000_000 };

/** A flat-rate plan of CloudFront for one distribution: what it costs a month, and what it includes. */
export interface Plan {
  readonly name: string;
  readonly dollars: number;
  readonly requests: number;
  readonly gigabytes: number;
  /** Whether the distribution may have cache, request and headers policies of its own, as the template's has. */
  readonly hasOwnPolicies: boolean;
  readonly hasOriginShield: boolean;
}

const plan = (name: string, dollars: number, millionRequests: number, terabytes: number): Plan => ({
  name,
  dollars,
  requests: millionRequests * 1_000_000,
  gigabytes: terabytes * 1_000,
  hasOwnPolicies: dollars >= 200,
  hasOriginShield: dollars >= 1_000,
});

/** By CloudFront's pricing page and developer guide. There is no overage charge: AWS may throttle, or ask for more. */
export const PLANS: readonly Plan[] = [
  plan("Free", 0, 1, 0.1),
  plan("Pro", 15, 10, 50),
  plan("Business", 200, 125, 50),
  plan("Premium", 1_000, 500, 50),
  plan("Premium L2", 1_450, 750, 75),
  plan("Premium L3", 2_250, 1_250, 125),
  plan("Premium L4", 3_500, 2_000, 200),
  plan("Premium L5", 6_000, 3_500, 350),
  plan("Premium L6", 10_000, 6_000, 600),
];
