/** Signs segments by WebCrypto, as a deployment does: functions/signer/trailer.ts describes the layout. */

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

export class Signer {
  readonly channel: string;
  /** As in config.json. */
  readonly publicKey: string;
  readonly #key: Parameters<typeof crypto.subtle.sign>[1];

  private constructor(channel: string, publicKey: string, key: Parameters<typeof crypto.subtle.sign>[1]) {
    this.channel = channel;
    this.publicKey = publicKey;
    this.#key = key;
  }

  static async create(channel: string): Promise<Signer> {
    const { publicKey, privateKey } = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    const point = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
    return new Signer(channel, btoa(String.fromCharCode(...point)), privateKey);
  }

  /** The trailer of the segment at this path. */
  async trailer(segment: string, data: ArrayBuffer): Promise<Uint8Array<ArrayBuffer>> {
    const metadata = new TextEncoder().encode(
      JSON.stringify({ channel: this.channel, segment, sequence: 1 }),
    );
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
    const end = [metadata.length >> 8, metadata.length & 255, 1];
    const covered = Uint8Array.from([...metadata, ...digest, ...end]);
    const signature = new Uint8Array(await crypto.subtle.sign(ALGORITHM, this.#key, covered));
    return Uint8Array.from([...metadata, ...digest, ...signature, ...end]);
  }
}

/** Some bytes after others. */
export function joined(...parts: readonly (ArrayBuffer | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...new Uint8Array(part)]));
}
