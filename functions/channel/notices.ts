/** Tells people by e-mail, through the stack's SNS topic. */

import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { requestLimits } from "./request-limits.ts";

export interface Notices {
  send(subject: string, message: string): Promise<void>;
}

export const noNotices: Notices = { send: async () => {} };

export function snsNotices(topicArn: string, client = new SNSClient(requestLimits())): Notices {
  return {
    async send(subject, message) {
      await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message }));
    },
  };
}
