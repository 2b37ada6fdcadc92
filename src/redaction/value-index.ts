/**
 * Finds any of many texts in a text in one pass, however many there are: a table of hashed beginnings
 * excludes almost every position, and a map of beginnings gives the few texts to compare at the others.
 */
export interface ValueIndex {
  /** Adding twice needs removing twice. Texts shorter than `BEGINNING` characters are ignored. */
  add(value: string): void
  remove(value: string): void
  /** `text` with every occurrence replaced, the longest first where several begin. */
  replace(text: string, by: string): string
}

/** How many characters are hashed to find a text. */
export const BEGINNING = 6
const TABLE = 4_096

function slotAt(text: string, at: number): number {
  return (
    (text.charCodeAt(at) * 31 + text.charCodeAt(at + 1) * 131 + text.charCodeAt(at + 2) * 521) & (TABLE - 1)
  )
}

export function makeValueIndex(): ValueIndex {
  const table = new Uint32Array(TABLE)
  const byBeginning = new Map<string, string[]>()
  const holders = new Map<string, number>()

  /** The longest known text that begins at `at`, or ''. */
  function longestAt(text: string, at: number): string {
    let longest = ''
    for (const one of byBeginning.get(text.slice(at, at + BEGINNING)) ?? [])
      if (one.length > longest.length && text.startsWith(one, at)) longest = one
    return longest
  }
  function find(text: string, from: number): { at: number; found: string } | null {
    if (holders.size === 0) return null
    for (let at = from; at <= text.length - BEGINNING; at++) {
      if (table[slotAt(text, at)] === 0) continue
      const found = longestAt(text, at)
      if (found) return { at, found }
    }
    return null
  }

  return {
    add(value) {
      if (value.length < BEGINNING) return
      const count = holders.get(value) ?? 0
      holders.set(value, count + 1)
      if (count > 0) return
      table[slotAt(value, 0)]!++
      const beginning = value.slice(0, BEGINNING)
      byBeginning.set(beginning, [...(byBeginning.get(beginning) ?? []), value])
    },
    remove(value) {
      const count = holders.get(value)
      if (count === undefined) return
      if (count > 1) {
        holders.set(value, count - 1)
        return
      }
      holders.delete(value)
      table[slotAt(value, 0)]!--
      const beginning = value.slice(0, BEGINNING)
      const left = byBeginning.get(beginning)!.filter((one) => one !== value)
      if (left.length) byBeginning.set(beginning, left)
      else byBeginning.delete(beginning)
    },
    replace(text, by) {
      let replaced = ''
      let done = 0
      for (let hit = find(text, 0); hit; hit = find(text, done)) {
        replaced += text.slice(done, hit.at) + by
        done = hit.at + hit.found.length
      }
      return done === 0 ? text : replaced + text.slice(done)
    },
  }
}
