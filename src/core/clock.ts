/** The one source of time in the toolkit; tests and the gate put their own in its place. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
