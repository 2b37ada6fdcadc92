/** How long the rest of a gate run will take, from what has been seen of it. */
export interface TimeLeft {
  done(check: string, ms: number): void
  /** what is left of this check will not be run */
  skip(check: string): void
  /** ms; null before anything is done */
  estimate(): number | null
  counts(): { done: number; total: number }
}

/**
 * @param runs one check id for each run to come: a mutant runs its check once more, and takes about as long
 * @param workers runs at a time
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

/** `1:05`, minutes and seconds. */
export function clockText(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
