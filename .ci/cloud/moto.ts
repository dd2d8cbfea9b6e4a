/** moto with signatures and permissions (moto_with_roles.py), and what a test needs of it beside the SDK's clients. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateChannelCommand,
  CreateInputCommand,
  MediaLiveClient,
  StartChannelCommand,
} from "@aws-sdk/client-medialive";
import { freePort } from "../../test/free-port.ts";

export interface Session {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
}

export interface Channel {
  readonly id: string;
  readonly arn: string;
  readonly stackId: string;
  readonly inputId: string;
  readonly inputArn: string;
}

interface Heard {
  /** Every request since it looks at permissions. */
  readonly asked: readonly { readonly service: string; readonly operation: string }[];
  readonly refused: readonly { readonly key: string; readonly what: string }[];
}

export class Moto {
  readonly endpoint: string;
  readonly #account: string;
  readonly #server: ChildProcess;

  private constructor(endpoint: string, account: string, server: ChildProcess) {
    this.endpoint = endpoint;
    this.#account = account;
    this.#server = server;
  }

  /** Starts it for an account, in which `stage` is that of the WebSocket API: `API/STAGE`. It lets everything pass yet. */
  static async start(account: string, stage: string): Promise<Moto> {
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    const harness = new URL("moto_with_roles.py", import.meta.url).pathname;
    const environment = { ...process.env, MOTO_ACCOUNT_ID: account };
    const server = spawn("python", [harness, String(port), stage], { env: environment, stdio: "ignore" });
    while (!(await fetch(endpoint).catch(() => null))) {
      if (server.exitCode !== null) throw new Error(`moto ended with ${server.exitCode}`);
      await pause(100);
    }
    return new Moto(endpoint, account, server);
  }

  /** Looks at signatures and permissions from now on. */
  async check(): Promise<void> {
    await fetch(`${this.endpoint}/moto-api/reset-auth`, { method: "POST", body: "0" });
  }

  async heard(): Promise<Heard> {
    return (await (await fetch(`${this.endpoint}/moto-api/asked`)).json()) as Heard;
  }

  stop(): void {
    this.#server.kill();
  }

  /** A channel on the air, into which nothing has come for 20 minutes. */
  async startChannel(): Promise<Channel> {
    // Not those of earlier runs, which nobody stops.
    const stackId = `a stack of its own ${randomBytes(4).toString("hex")}`;
    const { endpoint } = this;
    const mediaLive = new MediaLiveClient({ endpoint });
    const created = new CreateChannelCommand({ Name: "live", Tags: { "shoal:stack": stackId } });
    const { Id: id = "" } = (await mediaLive.send(created)).Channel ?? {};
    await mediaLive.send(new StartChannelCommand({ ChannelId: id }));
    const Destinations = [{ StreamName: "live/a-stream-key" }];
    const input = await mediaLive.send(new CreateInputCommand({ Name: "rtmp", Destinations }));
    const inputId = input.Input?.Id ?? "";
    const dimensions = [
      { Name: "ChannelId", Value: id },
      { Name: "Pipeline", Value: "0" },
    ];
    const minutes = Array.from({ length: 20 }, (_, back) => new Date(Date.now() - (back + 1) * 60_000));
    const MetricData = ["ActiveAlerts", "NetworkIn"].flatMap((MetricName) =>
      minutes.map((Timestamp) => ({ MetricName, Dimensions: dimensions, Timestamp, Value: 0 })),
    );
    await new CloudWatchClient({ endpoint }).send(
      new PutMetricDataCommand({ Namespace: "AWS/MediaLive", MetricData }),
    );
    const arnOf = (kind: string, of: string) => `arn:aws:medialive:us-east-1:${this.#account}:${kind}:${of}`;
    return { id, stackId, arn: arnOf("channel", id), inputId, inputArn: arnOf("input", inputId) };
  }

  /** Credentials of a new role with these policies, a JSON list. */
  async sessionOf(policies: string): Promise<Session> {
    const RoleName = `role-${randomBytes(4).toString("hex")}`;
    await this.#query("iam", { Action: "CreateRole", RoleName, AssumeRolePolicyDocument: "{}" });
    for (const [index, document] of (JSON.parse(policies) as object[]).entries()) {
      const PolicyDocument = JSON.stringify(document);
      const PolicyName = String(index);
      await this.#query("iam", { Action: "PutRolePolicy", RoleName, PolicyName, PolicyDocument });
    }
    const RoleArn = `arn:aws:iam::${this.#account}:role/${RoleName}`;
    const session = await this.#query("sts", { Action: "AssumeRole", RoleArn, RoleSessionName: "instance" });
    const of = (name: string) => new RegExp(`<${name}>(.*)</${name}>`).exec(session)?.[1] ?? "";
    return {
      AccessKeyId: of("AccessKeyId"),
      SecretAccessKey: of("SecretAccessKey"),
      SessionToken: of("SessionToken"),
    };
  }

  /** As long as nobody checks its signature. */
  async makeBucket(name: string): Promise<void> {
    const authorization = signedBy("s3");
    const made = await fetch(`${this.endpoint}/${name}`, { method: "PUT", headers: { authorization } });
    assert.equal(made.status, 200, await made.text());
  }

  /** A request to a service for which the project has no client, as long as nobody checks its signature. */
  async #query(service: string, parameters: Record<string, string>): Promise<string> {
    const authorization = signedBy(service);
    const body = new URLSearchParams(parameters);
    const response = await fetch(this.endpoint, { method: "POST", headers: { authorization }, body });
    const answer = await response.text();
    assert.equal(response.status, 200, answer);
    return answer;
  }
}

function signedBy(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}
