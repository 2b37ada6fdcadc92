/**
 * What a check spends its time on besides its own work: copies of the database and of the app's folder, starts of the app and of
 * browsers, requests to the app, the gate's own statements, waits after a 202, and the end of all these. Time counts once, for
 * the first of these that goes on.
 */
export const WORK = ['copies', 'starts', 'browsers', 'requests', 'statements', 'waits', 'ends'] as const
export type Work = (typeof WORK)[number]

/** The work of one check: how often each was done, and the time that passed with it. Milliseconds. */
export type Timings = Readonly<Record<Work, { times: number; ms: number }>>

/** Measures the time of one check. */
export interface Stopwatch {
  /** Does a piece of work, which counts until it has settled. */
  during<T>(work: Work, act: () => Promise<T>): Promise<T>
  read(): Timings
}

/**
 * Starts a stopwatch. Of work that goes on side by side the passing time counts once, so that the times of a check add up to at
 * most the time that it took; the rest is its own work.
 */
export function stopwatch(now: () => number = () => performance.now()): Stopwatch {
  const spent = emptyTimings()
  const going = new Map<Work, number>()
  let last = now()
  const pass = () => {
    const [until, current] = [now(), WORK.find((work) => (going.get(work) ?? 0) > 0)]
    if (current) spent[current].ms += until - last
    last = until
  }
  return {
    async during(work, act) {
      pass()
      spent[work].times++
      going.set(work, (going.get(work) ?? 0) + 1)
      try {
        return await act()
      } finally {
        pass()
        going.set(work, going.get(work)! - 1)
      }
    },
    read() {
      pass()
      return structuredClone(spent)
    },
  }
}

/** Adds up the timings of several runs. */
export function sumOfTimings(all: readonly Timings[]): Timings {
  const sum = emptyTimings()
  for (const one of all)
    for (const work of WORK) {
      sum[work].times += one[work].times
      sum[work].ms += one[work].ms
    }
  return sum
}

const emptyTimings = () =>
  Object.fromEntries(WORK.map((work) => [work, { times: 0, ms: 0 }])) as Record<
    Work,
    { times: number; ms: number }
  >
