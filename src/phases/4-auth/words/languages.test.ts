import type { IncomingMessage } from 'node:http'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ConfigInput, parseConfig } from '../../../config/config.js'
import { problems } from '../../../core/problem.js'
import { ABOUT_USER } from '../privacy/own-tables.js'
import { assertWords } from './assert-words.js'
import { dayIn, daysIn, momentIn, numberIn } from './dates.js'
import { DE } from './de.js'
import { EN, type Word } from './en.js'
import { API_TEXTS } from './en-api.js'
import { askedLanguage, inLanguage, loadLanguages } from './languages.js'
import { sayAsApi, wordsIn } from './words.js'

const base = { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' } }
const withAuth = (auth: ConfigInput['auth']) => parseConfig({ ...base, auth })
const asking = (header?: string) =>
  ({ headers: header === undefined ? {} : { 'accept-language': header } }) as IncomingMessage

beforeAll(() => loadLanguages(withAuth({ language: 'auto' })))

describe('the language of a request', () => {
  test.each([
    ['de', 'de'],
    ['DE', 'de'],
    ['de-AT', 'de'],
    ['de-CH-1996', 'de'],
    ['en-GB', 'en'],
    ['de;q=0.4, en;q=0.8', 'en'],
    ['en;q=0.4, de;q=0.8', 'de'],
    ['fr, de;q=0.2', 'de'],
    ['fr;q=1, en;q=0.3, de;q=0.2', 'en'],
    ['de;q=0, en', 'en'],
    ['en;q=0, *;q=0.5', 'de'],
    ['de;q=0', 'en'],
    ['fr', 'en'],
    ['*', 'en'],
    ['*;q=0.1, de', 'de'],
    ['', 'en'],
    [undefined, 'en'],
    ['nonsense;;,,"\\', 'en'],
    [`${'x-'.repeat(4_000)},de`, 'de'],
  ])('%j is %s', (header, language) => {
    expect(askedLanguage(withAuth({ language: 'auto' }), asking(header))).toBe(language)
  })

  test('is not looked at where there is only one', () => {
    expect(askedLanguage(withAuth({}), asking('de'))).toBeNull()
    expect(askedLanguage(withAuth({ language: 'de' }), asking('en'))).toBeNull()
  })

  test('is one of the setting', () => {
    expect(() => withAuth({ language: 'fr' as never })).toThrow('auth.language')
  })
})

const placesIn = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()

describe('the texts of a language', () => {
  const words = Object.keys(EN) as Word[]

  test('have the placeholders of the English ones', () => {
    expect(Object.keys(DE).sort()).toEqual([...words].sort())
    const wrong = words.filter((word) => placesIn(DE[word]).join() !== placesIn(EN[word]).join())
    expect(wrong).toEqual([])
  })

  test('are usable as `auth.words`', () => {
    expect(() => assertWords(withAuth({ words: DE }))).not.toThrow()
  })

  test('are not left in English', () => {
    const same = words.filter((word) => DE[word] === EN[word])
    expect(same).toEqual([
      'field.code',
      'account.name',
      'sessions.token',
      'passkeys.title',
      'passkeys.name',
      'privacy.links',
      'privacy.passkeys',
      'mail.html',
    ])
  })

  test('address the reader formally', () => {
    const familiar = words.filter((word) => /\b(?:du|dich|dir|dein\w*)\b/i.test(DE[word]))
    expect(familiar).toEqual([])
  })

  test('name every table with rows about users', () => {
    const without = Object.keys(ABOUT_USER).filter((table) => !Object.hasOwn(EN, `privacy.${table}`))
    expect(without).toEqual([])
  })

  test('of the API are found by what they say in English, each by one name', () => {
    expect(new Set(Object.values(API_TEXTS)).size).toBe(Object.keys(API_TEXTS).length)
    for (const [code, { title }] of Object.entries(problems))
      if (`problem.${code}` in API_TEXTS) expect(EN[`problem.${code}` as Word]).toBe(title)
    const say = wordsIn(withAuth({ language: 'de' }))
    expect(sayAsApi(say, 'This is not your password.')).toBe('Das ist nicht Ihr Passwort.')
    expect(sayAsApi(say, 'something else')).toBe('something else')
  })
})

describe('auth.words', () => {
  const words = { 'login.title': 'Everywhere', 'login.button': 'Both', de: { 'login.title': 'Hier' } }

  test('replaces a text in every language, or in one', () => {
    const config = withAuth({ language: 'auto', words })
    const de = inLanguage({ config } as never, 'de').config
    const [english, german] = [wordsIn(config), wordsIn(de)]
    expect([english('login.title'), english('login.button')]).toEqual(['Everywhere', 'Both'])
    expect([german('login.title'), german('login.button')]).toEqual(['Hier', 'Both'])
    expect([english.language, german.language]).toEqual(['en', 'de'])
  })

  test('of an unknown language, or with an unknown text, stop the start', () => {
    const refused = (given: object) => () => assertWords(withAuth({ words: given as never }))
    expect(refused({ fr: { 'login.title': 'Bonjour' } })).toThrow(
      'auth.words.fr is not a language of usertwo: en, de',
    )
    expect(refused({ de: { 'login.titel': 'Hallo' } })).toThrow('auth.words.de.login.titel is not a text')
    expect(refused({ de: { 'mail.reset.text': 'Hallo' } })).toThrow('has to hold {link}')
    expect(refused(words)).not.toThrow()
  })
})

test('days, times, numbers and durations are written as in the language', () => {
  const at = new Date('2026-03-09T07:05:00Z')
  const [en, de] = (['en', 'de'] as const).map((language) => wordsIn(withAuth({ language }))) as [
    ReturnType<typeof wordsIn>,
    ReturnType<typeof wordsIn>,
  ]
  expect([dayIn(en, at), momentIn(en, at)]).toEqual(['2026-03-09', '2026-03-09 07:05 UTC'])
  expect([dayIn(de, at), momentIn(de, at)]).toEqual(['09.03.2026', '09.03.2026, 07:05 UTC'])
  expect([numberIn(en, 12_345), numberIn(de, 12_345)]).toEqual(['12,345', '12.345'])
  expect([daysIn(de, 1), daysIn(de, 30)]).toEqual(['einem Tag', '30 Tagen'])
})
