// How long AWS's clients wait for an answer. Of themselves they wait for ever, and a request that hangs would hold up a
// deployment until its function's time is over; given up, it is tried again at once, by the client's own jittered retries.

/** Settings for a client: MediaLive and CloudWatch answer within a second. */
export function requestLimits(milliseconds = 5_000) {
  return {
    requestHandler: {
      connectionTimeout: milliseconds,
      requestTimeout: milliseconds,
      throwOnRequestTimeout: true,
    },
  };
}
