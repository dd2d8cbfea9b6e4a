/**
 * Timeouts of AWS's clients. By default they wait for ever, and a request that hangs would block a deployment until its
 * function times out. After a timeout the client retries, with its own backoff.
 */

/** Settings for a client. MediaLive and CloudWatch usually answer within a second. */
export function requestLimits(milliseconds = 5_000) {
  return {
    requestHandler: {
      connectionTimeout: milliseconds,
      requestTimeout: milliseconds,
      throwOnRequestTimeout: true,
    },
  };
}
