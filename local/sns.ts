/**
 * Stands in for SNS, as far as Shoal calls it: Publish. What would be sent by e-mail is handed on in place of that.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */

import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { type LoopbackServer, listenOnLoopback } from "./loopback-server.ts";

export type Sns = LoopbackServer;

/** SNS takes no longer one, and none of several lines. */
const LONGEST_SUBJECT = 100;

/** On the loopback address only, and only for who signs, which no page in a browser does. */
export async function startSns(onMessage: (subject: string, message: string) => void): Promise<Sns> {
  const server = createServer(async (request, response) => {
    const asked = new URLSearchParams(await text(request));
    const [subject, message] = [asked.get("Subject") ?? "", asked.get("Message") ?? ""];
    const isSigned = request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ");
    const isValid =
      asked.get("Action") === "Publish" && subject.length <= LONGEST_SUBJECT && !/[\r\n]/.test(subject);
    response.writeHead(!isSigned ? 403 : isValid ? 200 : 400, { "content-type": "text/xml" });
    if (!isSigned || !isValid)
      return void response.end("<ErrorResponse><Error><Code>InvalidParameter</Code></Error></ErrorResponse>");
    onMessage(subject, message);
    const result = "<PublishResult><MessageId>1</MessageId></PublishResult>";
    response.end(
      `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}</PublishResponse>`,
    );
  });
  return listenOnLoopback(server);
}
