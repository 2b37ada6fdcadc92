import type { InitGuess } from '../guess.js'
import type { OwnLogin } from './own-login.js'

/** What an app calls the one name and password of a demo login. */
const DEMO = /(?:^|_)DEMO_(?:USER(?:NAME)?|EMAIL|LOGIN|NAME|PASS(?:WORD)?)$/

/**
 * Whether a login that the app has of its own, and that closes nothing, is that of a demo: by its variables, or as there is no
 * table of people that it could ask. Null: it may be of real people.
 *
 * @param at where each variable is read
 * @param mount of the login
 * @returns by what, in words
 */
export function demoBy(at: ReadonlyMap<string, string>, mount: string, hasPeople: boolean): string | null {
  const names = [...at.keys()].filter((name) => DEMO.test(name))
  if (names.length > 0) return `its login at ${mount}: ${names.join(', ')}`
  return hasPeople ? null : `its login at ${mount} asks no table`
}

/** What that is taken for. */
export const demoGuess = (demo: string | null, login: OwnLogin | null): InitGuess[] =>
  demo && login ? [{ about: 'demo', says: demo, sure: 'likely', at: login.at }] : []
