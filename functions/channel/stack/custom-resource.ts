/** Decides what a custom resource's event asks for, and composes the answer to CloudFormation. */

import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from "aws-lambda";

export type Task =
  | { readonly do: "make secrets" }
  | { readonly do: "derive a secret"; readonly root: string; readonly name: string; readonly version: number }
  | { readonly do: "derive signing keys"; readonly seed: string; readonly number: number }
  | { readonly do: "stop the channel" }
  | { readonly do: "nothing" };

/**
 * `Custom::Secrets` makes a random root when it is created, and another whenever it is updated: an answer with a new
 * physical id is a replacement, so everything that uses an old value gets the new one.
 * `Custom::Secret` is derived from that root, by its name and version: the next version takes its place, and the one
 * before stays known, so that both can hold for a while.
 * `Custom::SigningKeys` derives its keys from a `Seed` and a `Number`, likewise.
 * `Custom::ChannelStop` stops the channel `Before` it is changed or deleted.
 */
export function taskOf(event: CloudFormationCustomResourceEvent): Task {
  if (event.ResourceType === "Custom::Secrets") {
    if (event.RequestType === "Create") requireShortName(event.StackId);
    return { do: event.RequestType === "Delete" ? "nothing" : "make secrets" };
  }
  if (event.ResourceType === "Custom::Secret") {
    if (event.RequestType === "Delete") return { do: "nothing" };
    const { Root: root, Name: name, Version } = event.ResourceProperties;
    const version = Number(Version);
    if (!root || !name || !Number.isSafeInteger(version) || version < 1) {
      throw new Error("Custom::Secret: Root and Name must be texts, and Version a whole number from 1.");
    }
    return { do: "derive a secret", root: String(root), name: String(name), version };
  }
  if (event.ResourceType === "Custom::SigningKeys") {
    if (event.RequestType === "Delete") return { do: "nothing" };
    return { do: "derive signing keys", ...seedAndNumber(event.ResourceProperties) };
  }
  if (event.ResourceType === "Custom::ChannelStop") {
    const before = event.ResourceProperties["Before"];
    if (before !== "change" && before !== "delete") {
      throw new Error(
        `Custom::ChannelStop: Before is ${JSON.stringify(before)}, but must be change or delete.`,
      );
    }
    const isDue = event.RequestType === (before === "change" ? "Update" : "Delete");
    return { do: isDue ? "stop the channel" : "nothing" };
  }
  throw new Error(
    `This function knows Custom::Secrets, Custom::Secret, Custom::SigningKeys and Custom::ChannelStop, not ${event.ResourceType}.`,
  );
}

/** CloudFormation hands a custom resource its numbers as text. The seed is a secret: no error may repeat it. */
function seedAndNumber(properties: CloudFormationCustomResourceEvent["ResourceProperties"]) {
  const { Seed: seed, Number: text } = properties as Readonly<Record<string, unknown>>;
  if (typeof seed !== "string" || !/^[0-9a-f]{32,}$/.test(seed)) {
    throw new Error("Custom::SigningKeys: Seed must be at least 32 hexadecimal digits.");
  }
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new Error(
      `Custom::SigningKeys: Number is ${JSON.stringify(text)}, but must be a whole number from 1.`,
    );
  }
  return { seed, number };
}

/** CloudFront's names for origin access controls end at 64 characters, of which region and purpose take up to 21. */
const LONGEST_STACK_NAME = 43;

/** Throws here, at the stack's first resource, what would otherwise fail after minutes and without a clear sentence. */
function requireShortName(stackId: string): void {
  // arn:aws:cloudformation:…:stack/name/id
  const name = stackId.replace(/^.*:stack\/|\/[^/]*$/g, "");
  if (name.length <= LONGEST_STACK_NAME) return;
  throw new Error(
    `The stack's name ${name} has ${name.length} characters, but may have at most ${LONGEST_STACK_NAME}: deploy under a shorter one.`,
  );
}

export type Outcome =
  | { readonly status: "SUCCESS"; readonly data?: Readonly<Record<string, string>> }
  | { readonly status: "FAILED"; readonly reason: string };

/** CloudFormation accepts an answer of at most 4,096 bytes; a reason of this length leaves room for the rest. */
const LONGEST_REASON = 1_000;

export function answerTo(
  event: CloudFormationCustomResourceEvent,
  outcome: Outcome,
): CloudFormationCustomResourceResponse {
  const address = {
    PhysicalResourceId: physicalIdOf(event),
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  };
  if (outcome.status === "FAILED") {
    return { ...address, Status: "FAILED", Reason: outcome.reason.slice(0, LONGEST_REASON) };
  }
  // NoEcho: CloudFormation masks the values everywhere except in the stack's outputs.
  return { ...address, Status: "SUCCESS", NoEcho: true, ...(outcome.data && { Data: outcome.data }) };
}

function physicalIdOf(event: CloudFormationCustomResourceEvent): string {
  if (event.RequestType === "Delete") return event.PhysicalResourceId;
  const isReplacedByUpdate = event.ResourceType !== "Custom::ChannelStop";
  if (event.RequestType === "Update" && !isReplacedByUpdate) return event.PhysicalResourceId;
  return `${event.LogicalResourceId}-${event.RequestId}`;
}
