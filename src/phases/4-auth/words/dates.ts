import type { Language } from '../config/languages.js'
import type { Say } from './words.js'

type InLanguage = Pick<Say, 'language'>

/** English texts have days as 2026-11-27: its readers write the day and the month in two orders. */
const inNumbers = (at: Date) => at.toISOString().slice(0, 10)

const shown = (language: Language, style: Intl.DateTimeFormatOptions, at: Date) =>
  new Intl.DateTimeFormat(language, { ...style, timeZone: 'UTC' }).format(at)

/** A day, in UTC. */
export const dayIn = ({ language }: InLanguage, at: Date): string =>
  language === 'en' ? inNumbers(at) : shown(language, { dateStyle: 'medium' }, at)

/** A day and a time, in UTC, and labelled so: a page without script does not know its reader's time zone. */
export function momentIn({ language }: InLanguage, at: Date): string {
  if (language === 'en') return `${inNumbers(at)} ${at.toISOString().slice(11, 16)} UTC`
  return `${shown(language, { dateStyle: 'medium', timeStyle: 'short' }, at)} UTC`
}

export const numberIn = ({ language }: InLanguage, count: number): string =>
  new Intl.NumberFormat(language).format(count)

export const daysIn = (say: Say, count: number): string =>
  count === 1 ? say('a_day') : say('days', { count: String(count) })

export const hoursIn = (say: Say, count: number): string =>
  count === 1 ? say('an_hour') : say('hours', { count: String(count) })
