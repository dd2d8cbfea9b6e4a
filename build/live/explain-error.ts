/** Explains what AWS's clients throw, and what the person can do about it. */

const LOCAL = "For the Shoal that npm start runs on this machine, add --local.";

const ADVICE: Readonly<Record<string, string>> = {
  CredentialsProviderError: `No AWS credentials were found. Run aws configure, or aws sso login, and try again. ${LOCAL}`,
  ExpiredTokenException: "Your AWS credentials have expired. Sign in again.",
  ExpiredToken: "Your AWS credentials have expired. Sign in again.",
  UnrecognizedClientException: "AWS doesn't accept your credentials. Check which profile is in use.",
  AccessDenied: "Your AWS user may not do this.",
  AccessDeniedException: "Your AWS user may not do this.",
};

export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (/region is missing/i.test(error.message)) {
    return `No AWS region is set. Add --region, such as --region us-east-1, or run aws configure. ${LOCAL}`;
  }
  const advice = ADVICE[error.name];
  return advice ? `${advice}\n(${error.message})` : error.message;
}
