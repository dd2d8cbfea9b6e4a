/** Carries messages to viewers through API Gateway's @connections. */
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { sendDirectly, settingsFrom, statusOf } from "./aws.ts";
import type { Connections, SendResult } from "./connections.ts";
import type { Outgoing } from "./outgoing.ts";

/** API Gateway answers within about 20 ms; an offer that two attempts couldn't send isn't worth a third. */
const ATTEMPTS = 2;
const TIMEOUT_MILLISECONDS = 1000;

export class ApiGatewayConnections implements Connections {
  readonly #client: ApiGatewayManagementApiClient;

  /** `endpoint` is the API's stage, such as `https://example.execute-api.eu-west-1.amazonaws.com/tracker`. */
  constructor(endpoint: string, environment: NodeJS.ProcessEnv = process.env) {
    const settings = settingsFrom(environment);
    this.#client = new ApiGatewayManagementApiClient({ ...settings, endpoint });
    sendDirectly(this.#client, settings, {
      service: "execute-api",
      endpoint,
      attempts: ATTEMPTS,
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      isThrottled: (error) => statusOf(error) === 429,
    });
  }

  async send(connectionId: string, message: Outgoing): Promise<SendResult> {
    const Data = Buffer.from(JSON.stringify(message));
    try {
      await this.#client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
      return "sent";
    } catch (error) {
      if (statusOf(error) === 410) return "gone";
      if (statusOf(error) === 429) return "shed";
      throw error;
    }
  }

  async disconnect(connectionId: string): Promise<void> {
    try {
      await this.#client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
    } catch (error) {
      if (statusOf(error) !== 410) throw error;
    }
  }
}
