import { isIdName, type Swap, swapIdsIn } from './ids.js'
import { isReordered, swapIdsInPage } from './ids-in-pages.js'

/** The ids that an answer names, in JSON or in a page, passed through `swap`. */
export function swapIdsInAnswer(body: string, swap: Swap, built?: (part: string) => void): string {
  return swapIdsIn(swapIdsInPage(body, swap, built), swap)
}

/** An address as an answer says it that leads there; '' where it leads nowhere. */
export const leadingTo = (location: string | undefined) =>
  location === undefined ? '' : `Found. Redirecting to ${location}`

/**
 * The ids of two answers to the same request, each by its place. None for pages that are not built alike,
 * list their rows in another order, or have one id for two: there nobody knows which is which.
 */
export function idsByPlace(one: string, other: string): [one: string[], other: string[]] {
  const [a, b] = [read(one), read(other)]
  const isKnown =
    a.built === b.built && (a.built === '' || (isOneToOne(a.ids, b.ids) && !isReordered(one, other)))
  return isKnown ? [a.ids, b.ids] : [[], []]
}

/** Whether each id always stands for the same one. */
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
 * What stands under id-like names in a JSON answer, and the ids of a page except for numbers, which may count
 * anything.
 */
export function idsIn(body: string): string[] {
  const inPage: string[] = []
  swapIdsInPage(body, (id) => {
    if (!/^\d+$/.test(id)) inPage.push(id)
    return id
  })
  return [...inPage, ...valuesUnder(body, isIdName)]
}

/** The numbers and texts that stand under a member of such a name in a JSON answer, as text. */
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
    // Not JSON: the canaries look at it.
  }
  return found
}
