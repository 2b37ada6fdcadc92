import type { ApiPlace } from './place.js'
import type { Platform } from './platform.js'

/** The CSRF tokens: the one the page was made with, and the one of the current login. */
export interface PageProof {
  /** null: not known */
  made(): string | null
  setMade(token: string | null): void
  /** as the cookie holds it; null: no login, or a page of another origin, which cannot read it */
  now(): string | null
  /** whether there may be a login in a cookie */
  hasCookie(): boolean
  /** whether the cookie's login differs from the one the page was made with */
  isAnother(): boolean
}

/** @param name of the cookie */
export function pageProof(platform: Platform, { isForeign }: ApiPlace, name: () => string): PageProof {
  let made: string | null = null
  const now = () => {
    if (isForeign) return null
    const start = `${name()}=`
    const pairs = platform.cookies().split('; ')
    return pairs.find((one) => one.startsWith(start))?.slice(start.length) ?? null
  }
  return {
    made: () => made,
    setMade(token) {
      made = token
    },
    now,
    hasCookie: () => isForeign || now() !== null,
    isAnother: () => made !== null && !isForeign && now() !== made,
  }
}
