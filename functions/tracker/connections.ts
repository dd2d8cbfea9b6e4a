// The promise of whatever carries messages to viewers: API Gateway's @connections, or a socket of this process.
import type { Message } from "./messages.ts";

/** `gone`: the connection is closed for good. `shed`: the carrier is too busy and the message was dropped. */
export type Delivery = "sent" | "gone" | "shed";

export interface Connections {
  send(connectionId: string, message: Message): Promise<Delivery>;
}
