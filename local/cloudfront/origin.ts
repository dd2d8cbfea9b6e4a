/** The request that the distribution sends to an origin, and the origin's answer. */

export interface OriginRequest {
  readonly method: string;
  /** The viewer's path, still encoded, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** The headers that reach the origin, as CloudFront spells them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly viewerAddress: string;
  /** What the viewer sends along with a change. */
  readonly body?: string;
}

export interface Answer {
  readonly statusCode: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Each a Set-Cookie header. */
  readonly cookies?: readonly string[];
}

export type Origin = (request: OriginRequest) => Promise<Answer>;
