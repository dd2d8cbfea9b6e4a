/**
 * Signs requests to AWS (Signature Version 4), the only part of the SDK that tracker and signer need.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHmac, hash } from "node:crypto";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

export interface Unsigned {
  readonly method: string;
  /** Without query parameters and without `!'()*` in its path; none is used. */
  readonly url: URL;
  /** Headers to sign, by lower-case name, without `host`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly date: Date;
}

/** Signs for one service in one region. Keeps the signing key, which changes once a day. */
export class Signer {
  readonly #credentials: Credentials;
  readonly #region: string;
  readonly #service: string;
  #key: { readonly day: string; readonly bytes: Buffer } | undefined;

  constructor(credentials: Credentials, region: string, service: string) {
    this.#credentials = credentials;
    this.#region = region;
    this.#service = service;
  }

  /** The headers to send: the given ones plus date, token and signature. */
  sign({ method, url, headers, body, date }: Unsigned): Record<string, string> {
    const time = date.toISOString().replace(/[-:]|\.\d{3}/g, "");
    const day = time.slice(0, 8);
    const { accessKeyId, sessionToken } = this.#credentials;
    const all: Record<string, string> = { ...headers, host: url.host, "x-amz-date": time };
    if (sessionToken !== undefined) all["x-amz-security-token"] = sessionToken;

    const names = Object.keys(all).sort();
    const signedHeaders = names.join(";");
    const canonicalHeaders = names.map((name) => `${name}:${all[name]?.trim()}\n`).join("");
    // AWS wants the path encoded a second time.
    const path = url.pathname.split("/").map(encodeURIComponent).join("/");
    const canonical = [method, path, "", canonicalHeaders, signedHeaders, hash("sha256", body)].join("\n");

    const scope = `${day}/${this.#region}/${this.#service}/aws4_request`;
    const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash("sha256", canonical)}`;
    const signature = createHmac("sha256", this.#keyOf(day)).update(toSign).digest("hex");
    all["authorization"] =
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    return all;
  }

  #keyOf(day: string): Buffer {
    if (this.#key?.day !== day) {
      const start = Buffer.from(`AWS4${this.#credentials.secretAccessKey}`);
      const bytes = [day, this.#region, this.#service, "aws4_request"].reduce(
        (key, part) => createHmac("sha256", key).update(part).digest(),
        start,
      );
      this.#key = { day, bytes };
    }
    return this.#key.bytes;
  }
}
