import type { Config } from '../../../config/config.js'
import { CATALOGUE, type Word } from './catalogue.js'

export type { Word } from './catalogue.js'

/** Returns a text of the catalogue, or its replacement in `auth.words`, with values inserted unescaped. */
export type Say = (word: Word, values?: Readonly<Record<string, string>>) => string

export function wordsIn({ auth }: Pick<Config, 'auth'>): Say {
  const own = new Map(Object.entries(auth.words ?? {}))
  return (word, values = {}) => {
    const given = new Map(Object.entries(values))
    return (own.get(word) ?? CATALOGUE[word]).replace(/\{(\w+)\}/g, (all, name) => given.get(name) ?? all)
  }
}
