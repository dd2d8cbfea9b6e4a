/** Carries messages to viewers through API Gateway's @connections. */
import { AwsService } from "./aws.ts";
import type { Connections, SendResult } from "./connections.ts";
import type { Outgoing } from "./outgoing.ts";

/** API Gateway answers within about 20 ms; an offer that two attempts couldn't send isn't worth a third. */
const ATTEMPTS = 2;
const TIMEOUT_MILLISECONDS = 1000;

export class ApiGatewayConnections implements Connections {
  readonly #service: AwsService;

  /** `endpoint` is the API's stage, such as `https://example.execute-api.eu-west-1.amazonaws.com/tracker`. */
  constructor(endpoint: string, environment: NodeJS.ProcessEnv = process.env) {
    this.#service = new AwsService(
      {
        service: "execute-api",
        endpoint,
        attempts: ATTEMPTS,
        timeoutMilliseconds: TIMEOUT_MILLISECONDS,
        isTransient: ({ status }) => status === 429 || status >= 500,
      },
      environment,
    );
  }

  async send(connectionId: string, message: Outgoing): Promise<SendResult> {
    const headers = { "content-type": "application/json" };
    const { status } = await this.#service.post(pathOf(connectionId), headers, JSON.stringify(message));
    if (status === 410) return "gone";
    if (status === 429) return "shed";
    if (status >= 300) throw new Error(`@connections answered with ${status}`);
    return "sent";
  }

  async disconnect(connectionId: string): Promise<void> {
    const { status } = await this.#service.send("DELETE", pathOf(connectionId), {}, "");
    if (status >= 300 && status !== 410) throw new Error(`@connections answered with ${status}`);
  }
}

function pathOf(connectionId: string): string {
  return `/@connections/${encodeURIComponent(connectionId)}`;
}
