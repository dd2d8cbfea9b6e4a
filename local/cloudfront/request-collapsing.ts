/**
 * Requests for the same thing at the same time reach the origin once, as CloudFront collapses them.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */

import type { Answer, Origin, OriginRequest } from "./origin.ts";

export class RequestCollapsing {
  readonly #underWay = new Map<string, Promise<Answer>>();

  /** Asks the origin, or waits for the answer that it is already asked for. */
  ask(origin: Origin, originId: string, request: OriginRequest): Promise<Answer> {
    const { method, path, query, headers } = request;
    const key = JSON.stringify([originId, method, path, query, headers["Accept-Encoding"]]);
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const asked = origin(request).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, asked);
    return asked;
  }
}
