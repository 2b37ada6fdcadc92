interface StopTimes {
  USERTWO_STOP_DELAY?: number | undefined
  USERTWO_STOP_LIMIT?: number | undefined
}

/**
 * Seconds between SIGTERM and the close of the server. No proxy is in front of an app that only its developer uses.
 * @param atWork in development or test
 */
export function stopDelay(given: StopTimes, atWork: boolean): number {
  const { USERTWO_STOP_DELAY: delay, USERTWO_STOP_LIMIT: limit = Number.POSITIVE_INFINITY } = given
  return delay ?? (atWork ? 0 : Math.min(3, limit - 1))
}

/** What is wrong with the two together. */
export function stopProblems({ USERTWO_STOP_DELAY: delay, USERTWO_STOP_LIMIT: limit }: StopTimes): string[] {
  if (delay === undefined || limit === undefined || delay < limit) return []
  return [
    `USERTWO_STOP_DELAY=${delay}: no time is left for requests in flight; set it lower than USERTWO_STOP_LIMIT (${limit})`,
  ]
}
