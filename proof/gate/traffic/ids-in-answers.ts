import { isIdName, type Swap, swapIdsIn } from './ids.js'
import { isReordered, swapIdsInPage } from './ids-in-pages.js'

/** Passes the ids in an answer, JSON or page, through `swap`. */
export function swapIdsInAnswer(body: string, swap: Swap, built?: (part: string) => void): string {
  return swapIdsIn(swapIdsInPage(body, swap, built), swap)
}

/** Returns a location as the text of a redirect names it; '' without a location. */
export const leadingTo = (location: string | undefined) =>
  location === undefined ? '' : `Found. Redirecting to ${location}`

/**
 * Returns the ids of two answers to the same request, each by its place. Returns none for pages that differ
 * in structure, list their rows in another order, or have one id for two: the ids cannot be matched then.
 */
export function idsByPlace(one: string, other: string): [one: string[], other: string[]] {
  const [a, b] = [read(one), read(other)]
  const isKnown =
    a.built === b.built && (a.built === '' || (isOneToOne(a.ids, b.ids) && !isReordered(one, other)))
  return isKnown ? [a.ids, b.ids] : [[], []]
}

/** Returns whether each id always maps to the same one. */
function isOneToOne(one: readonly string[], other: readonly string[]): boolean {
  const pairs = new Set(one.map((id, place) => `${id} ${other[place]}`))
  return pairs.size === new Set(one).size && pairs.size === new Set(other).size
}

function read(body: string): { ids: string[]; built: string } {
  const ids: string[] = []
  let built = ''
  const taken = (id: string) => {
    ids.push(id)
    return id
  }
  swapIdsInAnswer(body, taken, (part) => {
    built += part
  })
  return { ids, built }
}

/**
 * Returns the values under id-like names in a JSON answer, and the ids of a page, except numbers, which may
 * count anything.
 */
export function idsIn(body: string): string[] {
  const inPage: string[] = []
  swapIdsInPage(body, (id) => {
    if (!/^\d+$/.test(id)) inPage.push(id)
    return id
  })
  return [...inPage, ...valuesUnder(body, isIdName)]
}

/** Returns the numbers and texts under members with such names in a JSON answer, as text. */
export function valuesUnder(body: string, wanted: (key: string) => boolean): string[] {
  const found: string[] = []
  const walk = (value: unknown, isWanted: boolean): void => {
    if (Array.isArray(value)) for (const one of value) walk(one, isWanted)
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, wanted(key))
    else if (isWanted && (typeof value === 'number' || typeof value === 'string')) found.push(String(value))
  }
  try {
    walk(JSON.parse(body), false)
  } catch {
    // Not JSON: the canaries cover such an answer.
  }
  return found
}
