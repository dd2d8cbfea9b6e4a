/** All that must hold of the template's wiring, with the parameters that reach every part of it. */

import { readTemplate } from "../../local/template.ts";
import { type CodeByFile, readCode } from "./code.ts";
import type { Rule } from "./rule.ts";
import { budgetRules } from "./rules/budget.ts";
import { cachingRules } from "./rules/caching.ts";
import { customResourceRules } from "./rules/custom-resources.ts";
import { deliveryRules } from "./rules/delivery.ts";
import { edgeRules } from "./rules/edge.ts";
import { eventRules } from "./rules/events.ts";
import { functionRules } from "./rules/functions.ts";
import { mappingRules } from "./rules/mappings.ts";
import { mediaRules } from "./rules/media.ts";
import { metricRules } from "./rules/metrics.ts";
import { orderRules } from "./rules/order.ts";
import { permissionRules } from "./rules/permissions.ts";
import { pipelineRules } from "./rules/pipelines.ts";
import { policyRules } from "./rules/policies.ts";
import { rawReportRules } from "./rules/raw-reports.ts";
import { referenceRules } from "./rules/references.ts";
import { reportRules } from "./rules/reports.ts";
import { secretRules } from "./rules/secrets.ts";
import { tableRules } from "./rules/tables.ts";
import { ticketRules } from "./rules/tickets.ts";
import type { Declared } from "./sam.ts";
import { Stack, type StackOptions } from "./stack.ts";

export const RULES: Readonly<Record<string, Rule>> = {
  ...referenceRules,
  ...permissionRules,
  ...policyRules,
  ...deliveryRules,
  ...cachingRules,
  ...orderRules,
  ...functionRules,
  ...customResourceRules,
  ...mediaRules,
  ...pipelineRules,
  ...metricRules,
  ...eventRules,
  ...mappingRules,
  ...tableRules,
  ...edgeRules,
  ...secretRules,
  ...budgetRules,
  ...ticketRules,
  ...reportRules,
  ...rawReportRules,
};

/** Everything that a parameter can add, what is added by default, and as little as there can be. */
export const SETTINGS: Readonly<Record<string, StackOptions>> = {
  "with everything": {
    region: "eu-west-1",
    stackName: "show-2",
    parameters: {
      Ladder: "1080p",
      ChannelClass: "STANDARD",
      StreamKey: "a-key-of-sixteen-letters",
      StunServers: "stun:example.com:3478",
      DomainName: "live.example.com",
      CertificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/1",
      EmbedOrigins: "https://example.com",
      NoticeEmail: "someone@example.com",
      TrackerConcurrency: "5",
      AuthorizerConcurrency: "4",
      SiteConcurrency: "3",
      TicketsConcurrency: "2",
      ReportsConcurrency: "2",
      Access: "private",
      PasswordHash: `scrypt.16.8.1.${"s".repeat(22)}.${"h".repeat(43)}`,
      TokenKey: "a secret of thirty-two characters",
      TokenIssuer: "https://club.example",
      TokenAudience: "show",
      MonthlyBudget: "50",
      RawReportDays: "30",
    },
  },
  "by default": {},
  "two pipelines, a generated key, and notices where CloudFront counts": {
    parameters: { ChannelClass: "STANDARD", Ladder: "540p", NoticeEmail: "someone@example.com" },
  },
  "by SRT, without auto-stop and Origin Shield": {
    parameters: { Ingest: "srt", AutoStopMinutes: "0", OriginShield: "off" },
  },
};

export interface Complaint {
  readonly rule: string;
  readonly setting: string;
  readonly text: string;
}

/** What is wrong with the template; with `first`, no more than the first complaint. */
export function complaintsAbout(declared: Declared, code: CodeByFile, first = false): Complaint[] {
  const found: Complaint[] = [];
  for (const [setting, options] of Object.entries(SETTINGS)) {
    const stack = attempt(() => new Stack(declared, options));
    if (stack instanceof Error) {
      found.push({ rule: "the template can be read", setting, text: stack.message });
      continue;
    }
    for (const [rule, check] of Object.entries(RULES)) {
      const texts = attempt(() => [...check({ stack, code })]);
      const said = texts instanceof Error ? [texts.message] : texts;
      found.push(...said.map((text) => ({ rule, setting, text })));
      if (first && found.length > 0) return found;
    }
  }
  return found;
}

/** What the functions' code asks for, with every part of the template there. */
export async function readWiredCode(): Promise<CodeByFile> {
  return readCode(await readTemplate({ parameters: SETTINGS["with everything"]?.parameters ?? {} }));
}

function attempt<Result>(act: () => Result): Result | Error {
  try {
    return act();
  } catch (error) {
    return error as Error;
  }
}
