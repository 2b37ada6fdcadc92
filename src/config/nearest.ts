/** How many single-character edits turn `a` into `b` (Levenshtein). */
function distance(a: string, b: string): number {
  const row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    let above = row[0]!
    row[0] = i
    for (let j = 1; j <= b.length; j++) {
      const swap = above + (a[i - 1] === b[j - 1] ? 0 : 1)
      above = row[j]!
      row[j] = Math.min(swap, above + 1, row[j - 1]! + 1)
    }
  }
  return row[b.length]!
}

/** Returns `; did you mean migrate up?` if a known name is close; otherwise an empty text. */
export function didYouMean(given: string | undefined, allowed: Iterable<string>, before = ''): string {
  const near = given && nearest(given, allowed)
  return near ? `; did you mean ${before}${near}?` : ''
}

/**
 * Returns the name in `allowed` that `given` was probably meant to be, or undefined if none is close (at most
 * a third of its letters differ).
 */
export function nearest(given: string, allowed: Iterable<string>): string | undefined {
  const wanted = given.toLowerCase()
  let best: string | undefined
  let least = Math.floor(wanted.length / 3) + 1
  for (const name of allowed) {
    // Each extra letter is an edit. A start calls this for every variable.
    if (Math.abs(name.length - wanted.length) >= least) continue
    const edits = distance(wanted, name.toLowerCase())
    if (edits < least) [best, least] = [name, edits]
  }
  return best
}
