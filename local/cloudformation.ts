/**
 * CloudFormation's API for the one stack on this machine, as far as `npm run live` calls it: DescribeStacks for the
 * generation of tickets, and UpdateStack for another. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
 */

import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { type LoopbackServer, listenOnLoopback } from "./loopback-server.ts";

export type CloudFormation = LoopbackServer;

/** What the stack's parameter TicketGeneration stands for here. */
interface Generations {
  readonly generation: number;
  revoke(generation: number): Promise<void>;
}

/** On the loopback address only, and only for who signs, which no page in a browser does: as in local/medialive/. */
export async function startCloudFormation(stack: Generations): Promise<CloudFormation> {
  const server = createServer(async (request, response) => {
    const isSigned = request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ");
    const body = isSigned ? await answerTo(new URLSearchParams(await text(request)), stack) : null;
    response.writeHead(body === null ? 403 : 200, { "content-type": "text/xml" });
    response.end(body ?? "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>");
  });
  return listenOnLoopback(server);
}

async function answerTo(asked: URLSearchParams, stack: Generations): Promise<string | null> {
  const action = asked.get("Action");
  if (action === "DescribeStacks") return answered(action, `<Stacks>${described(stack.generation)}</Stacks>`);
  if (action !== "UpdateStack") return null;
  for (const [field, name] of asked) {
    if (name !== "TicketGeneration") continue;
    await stack.revoke(Number(asked.get(field.replace(/Key$/, "Value"))));
  }
  return answered(action, "<StackId>shoal</StackId>");
}

function described(generation: number): string {
  const parameter = `<ParameterKey>TicketGeneration</ParameterKey><ParameterValue>${generation}</ParameterValue>`;
  return [
    "<member><StackName>shoal</StackName><StackStatus>UPDATE_COMPLETE</StackStatus>",
    `<CreationTime>2026-01-01T00:00:00Z</CreationTime>`,
    `<Parameters><member>${parameter}</member></Parameters></member>`,
  ].join("");
}

function answered(action: string, result: string): string {
  const schema = "http://cloudformation.amazonaws.com/doc/2010-05-15/";
  return `<${action}Response xmlns="${schema}"><${action}Result>${result}</${action}Result></${action}Response>`;
}
