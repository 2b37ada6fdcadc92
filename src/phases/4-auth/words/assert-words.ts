import type { Config } from '../../../config/config.js'
import { didYouMean } from '../../../config/nearest.js'
import { ConfigError } from '../../../core/config-error.js'
import { LANGUAGES } from '../config/languages.js'
import { EN } from './en.js'

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/
/** Placeholders that a text must keep, because without them what it leads to would be out of reach. */
const NEEDED = ['{link}', '{code}', '{content}']

/** @throws ConfigError that lists every problem of `auth.words` */
export function assertWords({ auth }: Pick<Config, 'auth'>): void {
  const problems = Object.entries(auth.words ?? {}).flatMap(([word, text]) =>
    typeof text === 'string' ? inFull(word, text) : ofLanguage(word, text),
  )
  if (problems.length > 0) throw new ConfigError('The words are not usable', problems)
}

const inFull = (word: string, text: string, before = '') =>
  problemsOf(word, text).map((problem) => `auth.words.${before}${word} ${problem}`)

function ofLanguage(language: string, words: Readonly<Record<string, string>>): string[] {
  const isKnown = (LANGUAGES as readonly string[]).includes(language)
  if (!isKnown) return [`auth.words.${language} is not a language of usertwo: ${LANGUAGES.join(', ')}`]
  return Object.entries(words).flatMap(([word, text]) => inFull(word, text, `${language}.`))
}

function problemsOf(word: string, text: string): string[] {
  const known = Object.hasOwn(EN, word) ? EN[word as keyof typeof EN] : undefined
  if (known === undefined)
    return [
      `is not a text of usertwo${didYouMean(word, Object.keys(EN)) || '; docs/how-to/languages.md says where all are listed'}`,
    ]
  const problems: string[] = []
  const places = placesIn(known)
  const given = placesIn(text)
  const needed = NEEDED.filter((place) => places.includes(place) && !given.includes(place))
  if (needed.length > 0) problems.push(`has to hold ${needed.join(' and ')}`)
  const unknown = given.filter((place) => !places.includes(place))
  if (unknown.length > 0)
    problems.push(`holds ${unknown.join(', ')}; filled in is ${places.join(', ') || 'nothing'}`)
  if (CONTROL.test(text)) problems.push('holds control characters')
  if (text.includes('\n') && !/^mail\.(?:.+\.text|html)$/.test(word)) problems.push('is one line')
  if (word === 'lang' && !/^[a-z]{2,3}(?:-[a-z\d]{2,8})*$/i.test(text))
    problems.push("is the language of the texts, e.g. 'de'")
  return problems
}

const placesIn = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])]
