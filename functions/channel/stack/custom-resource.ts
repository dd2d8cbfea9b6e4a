/** Decides what a custom resource's event asks for, and composes the answer to CloudFormation. */

import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from "aws-lambda";

export type Task =
  | { readonly do: "make secrets" }
  | { readonly do: "stop the channel" }
  | { readonly do: "nothing" };

/**
 * `Custom::Secrets` makes its values when it is created, and new ones whenever it is updated: an answer with a new
 * physical id is a replacement, so everything that uses an old value gets the new one.
 * `Custom::ChannelStop` stops the channel `Before` it is changed or deleted.
 */
export function taskOf(event: CloudFormationCustomResourceEvent): Task {
  if (event.ResourceType === "Custom::Secrets") {
    if (event.RequestType === "Create") requireShortName(event.StackId);
    return { do: event.RequestType === "Delete" ? "nothing" : "make secrets" };
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
  throw new Error(`This function knows Custom::Secrets and Custom::ChannelStop, not ${event.ResourceType}.`);
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
  const isReplacedByUpdate = event.ResourceType === "Custom::Secrets";
  if (event.RequestType === "Update" && !isReplacedByUpdate) return event.PhysicalResourceId;
  return `${event.LogicalResourceId}-${event.RequestId}`;
}
