/** An estimate of the rest of a gate run, from the runs so far. */
export interface TimeLeft {
  done(check: string, ms: number): void
  /** removes the remaining runs of this check */
  skip(check: string): void
  /** milliseconds; null before the first run is done */
  estimate(): number | null
  counts(): { done: number; total: number }
}

/**
 * @param runs one check id for each future run: a mutant runs its check again, and takes about as long
 * @param workers the number of concurrent runs
 */
export function timeLeft(runs: readonly string[], workers: number): TimeLeft {
  const left = new Map<string, number>()
  for (const id of runs) left.set(id, (left.get(id) ?? 0) + 1)
  const seen = new Map<string, number[]>()
  let total = runs.length
  let done = 0
  let spent = 0
  return {
    done(check, ms) {
      done++
      spent += ms
      left.set(check, Math.max(0, (left.get(check) ?? 0) - 1))
      seen.set(check, [...(seen.get(check) ?? []), ms])
    },
    skip(check) {
      total -= left.get(check) ?? 0
      left.delete(check)
    },
    estimate() {
      if (done === 0) return null
      const mean = spent / done
      let rest = 0
      for (const [id, runsLeft] of left) {
        const known = seen.get(id)
        rest += runsLeft * (known ? known.reduce((a, b) => a + b, 0) / known.length : mean)
      }
      return rest / workers
    },
    counts: () => ({ done, total }),
  }
}

/** Formats minutes and seconds: `1:05`. */
export function clockText(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
