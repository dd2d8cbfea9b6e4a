import { SNSClient } from "@aws-sdk/client-sns";
import { expect, test } from "vitest";
import { noNotices, snsNotices } from "./notices.ts";

test("a notice is published to the stack's topic", async () => {
  const client = new SNSClient({ region: "us-east-1" });
  const published: unknown[] = [];
  client.middlewareStack.add(
    () => async (args) => {
      published.push(args.input);
      return { output: { $metadata: {} }, response: {} };
    },
    { step: "initialize" },
  );
  await snsNotices("arn:topic", client).send("Stopped", "Nothing came in.");
  expect(published).toEqual([{ TopicArn: "arn:topic", Subject: "Stopped", Message: "Nothing came in." }]);
});

test("without a topic a notice goes nowhere, and nothing fails", async () => {
  await expect(noNotices.send("Stopped", "Nothing came in.")).resolves.toBeUndefined();
});
