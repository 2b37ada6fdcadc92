import type { InitGuess } from '../guess.js'

/**
 * The prefix of an app's variables: its own name, where several of them begin with it. Null: they have none.
 *
 * @param app the name in its package.json
 * @param names of the variables that it reads
 */
export function prefixOf(app: string | undefined, names: readonly string[]): string | null {
  const [, word] = /^(?:@[^/]+\/)?([a-z][a-z0-9]*)$/i.exec(app ?? '') ?? []
  if (!word) return null
  const prefix = `${word.toUpperCase()}_`
  return names.filter((name) => name.startsWith(prefix)).length > 1 ? prefix : null
}

/** What that is taken for. @param at where each variable is read */
export function prefixGuess(prefix: string | null, at: ReadonlyMap<string, string>): InitGuess[] {
  const first = prefix === null ? undefined : [...at].find(([name]) => name.startsWith(prefix))
  return first
    ? [{ about: 'prefix', says: `${prefix}, before usertwo’s variables too`, sure: 'likely', at: first[1] }]
    : []
}
