/** The interface to whatever carries messages to viewers: API Gateway's @connections, or sockets of this process. */
import type { Outgoing } from "./outgoing.ts";

/** `gone`: the connection is closed for good. `shed`: the carrier is overloaded and dropped the message. */
export type SendResult = "sent" | "gone" | "shed";

export interface Connections {
  send(connectionId: string, message: Outgoing): Promise<SendResult>;

  /** Closes a connection; does nothing if it is closed already. */
  disconnect(connectionId: string): Promise<void>;
}
