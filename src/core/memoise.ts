/** An app has few texts and sends them over and over. */
const MOST = 1_000
/** Longer ones have values written into them, and come once. */
const LONGEST = 4_000

/** `read`, which says the same of a text each time and never undefined, asked once a text as long as there are few. */
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
