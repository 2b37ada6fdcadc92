/** An app has few texts and sends them repeatedly. */
const MOST = 1_000
/** Longer texts contain values and occur once. */
const LONGEST = 4_000

/** Caches `read`, which must return the same for a text each time and never undefined, as long as there are few texts. */
export function memoise<Read>(read: (text: string) => Read): (text: string) => Read {
  const known = new Map<string, Read>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const now = read(text)
    if (text.length > LONGEST) return now
    if (known.size >= MOST) known.clear()
    known.set(text, now)
    return now
  }
}
