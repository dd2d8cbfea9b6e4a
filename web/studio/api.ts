/** Asks the studio's API, as CloudFront wants it: with the digest of what is sent, for the function's address is signed. */

/** What the API answered in place of what was asked for. The message is for the person. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** `link` is the token of the link that lets in. */
export async function ask<T>(method: string, path: string, body?: object, link?: string): Promise<T> {
  const sent = body === undefined ? (method === "GET" ? undefined : "{}") : JSON.stringify(body);
  const response = await fetch(`/studio/api/${path}`, {
    method,
    ...(sent !== undefined && {
      body: sent,
      headers: {
        "content-type": "application/json",
        "x-amz-content-sha256": await digestOf(sent),
        ...(link !== undefined && { "x-shoal-pass": `studio ${link}` }),
      },
    }),
  }).catch(() => {
    throw new ApiError(0, "The studio can't be reached. Is this computer online?");
  });
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null);
  if (response.ok) return answer as T;
  throw new ApiError(
    response.status,
    reasonIn(answer) ?? `The studio answered ${response.status}. Try again.`,
  );
}

function reasonIn(answer: unknown): string | null {
  const reason = (answer as { error?: unknown } | null)?.error;
  return typeof reason === "string" ? reason : null;
}

async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
