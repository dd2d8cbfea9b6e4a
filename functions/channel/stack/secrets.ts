// Makes the values that nobody may guess.

/** 128 bits as 32 hexadecimal digits, which every place that takes them (RTMP, headers, OBS) allows. */
const SECRET_BYTES = 16;

export type Secrets = Readonly<Record<"StreamKey" | "OriginSecret" | "AddressSalt", string>>;

export function makeSecrets(randomBytes: (size: number) => Uint8Array): Secrets {
  const secret = () => Buffer.from(randomBytes(SECRET_BYTES)).toString("hex");
  return { StreamKey: secret(), OriginSecret: secret(), AddressSalt: secret() };
}
