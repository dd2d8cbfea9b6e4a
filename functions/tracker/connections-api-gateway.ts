// Carries messages to viewers through API Gateway's @connections.
import { AwsService } from "./aws.ts";
import type { Connections, Delivery } from "./connections.ts";
import type { Message } from "./messages.ts";

/** Its answers come within 20 ms or so; an offer that couldn't be handed over in two tries isn't worth a third. */
const attempts = 2;
const timeoutMilliseconds = 1000;

export class ApiGatewayConnections implements Connections {
  readonly #service: AwsService;

  /** `endpoint` is the API's stage, such as `https://example.execute-api.eu-west-1.amazonaws.com/tracker`. */
  constructor(endpoint: string, environment: NodeJS.ProcessEnv = process.env) {
    const isPassing = ({ status }: { status: number }) => status === 429 || status >= 500;
    const service = "execute-api";
    this.#service = new AwsService(
      { service, endpoint, attempts, timeoutMilliseconds, isPassing },
      environment,
    );
  }

  async send(connectionId: string, message: Message): Promise<Delivery> {
    const path = `/@connections/${encodeURIComponent(connectionId)}`;
    const headers = { "content-type": "application/json" };
    const { status } = await this.#service.post(path, headers, JSON.stringify(message));
    if (status === 410) return "gone";
    if (status === 429) return "shed";
    if (status >= 300) throw new Error(`@connections answered with ${status}`);
    return "sent";
  }
}
