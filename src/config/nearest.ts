const LONGEST = 64
// The last three rows of the table. A start compares thousands of names, and new rows for each were 2 MB (`bench -- start`).
const emptyRow = () => new Uint8Array(LONGEST + 1)
const ROWS: [Uint8Array, Uint8Array, Uint8Array] = [emptyRow(), emptyRow(), emptyRow()]

/**
 * How many edits turn `a` into `b`, at most `limit`: a letter more, fewer or changed, or two neighbours swapped
 * (optimal string alignment).
 */
function distance(a: string, b: string, limit: number): number {
  if (a.length > LONGEST || b.length > LONGEST) return limit
  let [twoAbove, above, row] = ROWS
  for (let j = 0; j <= b.length; j++) row[j] = j
  for (let i = 1; i <= a.length; i++) {
    const free = twoAbove
    twoAbove = above
    above = row
    row = free
    row[0] = i
    let least = i
    for (let j = 1; j <= b.length; j++) {
      let edits = Math.min(above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1), above[j]! + 1, row[j - 1]! + 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) edits = Math.min(edits, twoAbove[j - 2]! + 1)
      row[j] = edits
      least = Math.min(least, edits)
    }
    if (least >= limit) return limit
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
    const edits = distance(wanted, name.toLowerCase(), least)
    if (edits < least) [best, least] = [name, edits]
  }
  return best
}
