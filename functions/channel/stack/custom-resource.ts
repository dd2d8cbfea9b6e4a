/** Decides what a custom resource's event asks for, and composes the answer to CloudFormation. */

import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from "aws-lambda";

export type Task =
  | { readonly do: "make secrets" }
  | { readonly do: "derive a secret"; readonly root: string; readonly name: string; readonly version: number }
  | { readonly do: "stop the channel" }
  | { readonly do: "nothing" };

/**
 * `Custom::Secrets` makes a random root when it is created, and another whenever it is updated: an answer with a new
 * physical id is a replacement, so everything that uses an old value gets the new one.
 * `Custom::Secret` is derived from that root, by its name and version: the next version takes its place, and the one
 * before stays known, so that both can hold for a while.
 * `Custom::ChannelStop` stops the channel `Before` it is changed or deleted.
 */
export function taskOf(event: CloudFormationCustomResourceEvent): Task {
  if (event.ResourceType === "Custom::Secrets") {
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
    `This function knows Custom::Secrets, Custom::Secret and Custom::ChannelStop, not ${event.ResourceType}.`,
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
