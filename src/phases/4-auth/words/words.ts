import type { Config } from '../../../config/config.js'
import type { Language } from '../config/languages.js'
import type { Word } from './en.js'
import { API_TEXTS } from './en-api.js'
import { catalogueOf, standardLanguage } from './languages.js'

export type { Word } from './en.js'

export interface Say {
  /** Returns a text of the catalogue, or its replacement in `auth.words`, with values inserted unescaped. */
  (word: Word, values?: Readonly<Record<string, string>>): string
  readonly language: Language
}

/** The texts of a configuration; of `auto` the English ones, because the language is chosen before: `inLanguageOf`. */
export function wordsIn({ auth }: Pick<Config, 'auth'>): Say {
  const language = standardLanguage({ auth })
  const texts = catalogueOf(language)
  const own = new Map(Object.entries(replacements(auth.words, language)))
  function say(word: Word, values: Readonly<Record<string, string>> = {}): string {
    const given = new Map(Object.entries(values))
    return (own.get(word) ?? texts[word]).replace(/\{(\w+)\}/g, (all, name) => given.get(name) ?? all)
  }
  return Object.assign(say, { language })
}

/** What replaces texts of a language: what is said for every language, then what is said for this one. */
function replacements(words: Config['auth']['words'] = {}, language: Language): Record<string, string> {
  const everywhere = Object.entries(words).flatMap(([word, text]) =>
    typeof text === 'string' ? [[word, text] as const] : [],
  )
  const here = words[language]
  return { ...Object.fromEntries(everywhere), ...(typeof here === 'object' ? here : {}) }
}

export const isTextName = (name: string): name is Word => Object.hasOwn(catalogueOf('en'), name)

const WORD_OF = new Map(Object.entries(API_TEXTS).map(([word, text]) => [text, word as Word]))

/** Says in the language of a page what the API says in English; any other text stays as it is. */
export function sayAsApi(say: Say, text: string): string {
  const word = WORD_OF.get(text)
  return word === undefined ? text : say(word)
}
