/** What is kept of where a viewer is and with what it watches: words of a few, none of which names a viewer. */

export interface Whereabouts {
  /** Two letters. */
  readonly country: string;
  /** Number of the autonomous system, such as a provider's. */
  readonly network: string;
  readonly browser: string;
  readonly device: string;
}

export type Headers = Readonly<Record<string, string | undefined>>;

const UNKNOWN = "unknown";

/** The first that fits: most browsers call themselves by others' names as well. */
const BROWSERS = [
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\bOPR\//],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /\b(?:HeadlessChrome|Chrome|CriOS)\//],
  ["Safari", /\bSafari\//],
] as const;

const DEVICES = [
  ["television", /\b(?:Tizen|SMART-TV|Web0S|AppleTV|Android TV|GoogleTV|BRAVIA)\b/],
  ["tablet", /\biPad\b|\bAndroid\b(?!.*\bMobile\b)/],
  ["phone", /\biPhone\b|\bMobile\b/],
  ["computer", /\b(?:Windows NT|Macintosh|X11|CrOS)\b/],
] as const;

/** Headers in lower case: CloudFront's and the browser's own. */
export function whereaboutsIn(headers: Headers): Whereabouts {
  const agent = headers["user-agent"] ?? "";
  return {
    country: /^[A-Z]{2}$/.exec(headers["cloudfront-viewer-country"] ?? "")?.[0] ?? UNKNOWN,
    network: /^[1-9]\d{0,9}$/.exec(headers["cloudfront-viewer-asn"] ?? "")?.[0] ?? UNKNOWN,
    browser: firstIn(BROWSERS, agent),
    device: firstIn(DEVICES, agent),
  };
}

function firstIn(known: readonly (readonly [string, RegExp])[], agent: string): string {
  return known.find(([, pattern]) => pattern.test(agent))?.[0] ?? UNKNOWN;
}
