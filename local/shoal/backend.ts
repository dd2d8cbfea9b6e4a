// What answers viewers beside the stream, as in the cloud: the template's functions, WebSocket API and tables.

import { randomBytes } from "node:crypto";
import { type ApiGateway, type ApiGatewayOptions, startApiGateway } from "../api-gateway.ts";
import { type DynamoDb, LOCAL_CREDENTIALS, startDynamoDb } from "../dynamodb.ts";
import { Lambda, type LambdaOptions } from "../lambda.ts";
import { readFunction } from "../template/functions.ts";
import { readTables } from "../template/tables.ts";
import { readWebSocketApi } from "../template/websocket-api.ts";
import { readTemplate, type Template, type TemplateOptions } from "../template.ts";

export interface BackendOptions {
  readonly parameters?: TemplateOptions["parameters"];
  /** What `GetAtt` gives; the stack's secrets are made up where they aren't among it. */
  readonly attributes?: TemplateOptions["attributes"];
  /** Variables that hold another value here than the template says, by function. */
  readonly environments?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly limits?: ApiGatewayOptions["limits"];
  readonly onConnections?: ApiGatewayOptions["onConnections"];
  readonly onLog?: LambdaOptions["onLog"];
}

export interface Backend {
  /** The template with everything bound that exists on this machine. */
  readonly template: Template;
  readonly lambda: Lambda;
  readonly gateway: ApiGateway;
  readonly dynamoDb: DynamoDb;
  stop(): Promise<void>;
}

const FUNCTIONS = ["TrackerFunction", "TrackerAuthorizerFunction", "SiteFunction"];

export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const { parameters = {}, environments = {} } = options;
  const tables = readTables(await readTemplate({ parameters }));
  const template = await readTemplate({
    parameters,
    refs: Object.fromEntries(tables.map(({ id, create }) => [id, create.TableName ?? id])),
    attributes: {
      "GeneratedSecrets.OriginSecret": randomBytes(16).toString("hex"),
      "GeneratedSecrets.AddressSalt": randomBytes(16).toString("hex"),
      ...options.attributes,
    },
  });
  const dynamoDb = await startDynamoDb(tables);
  const gateway = await startApiGateway({
    api: readWebSocketApi(template, "TrackerApi"),
    // The functions must know where the gateway is, and it must know them.
    lambda: { invoke: (functionId, event) => lambda.invoke(functionId, event) },
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.onConnections ? { onConnections: options.onConnections } : {}),
  });
  const lambda = new Lambda({
    functions: FUNCTIONS.map((id) => {
      const settings = readFunction(template, id);
      return { ...settings, environment: { ...settings.environment, ...environments[id] } };
    }),
    environment: {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: gateway.managementEndpoint,
    },
    ...(options.onLog ? { onLog: options.onLog } : {}),
  });
  return {
    template,
    lambda,
    gateway,
    dynamoDb,
    stop: async () => {
      await Promise.all([gateway.stop(), lambda.stop(), dynamoDb.stop()]);
    },
  };
}
