const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\.?'
const DAY = '\\d{1,2}(?:st|nd|rd|th)?'
const CLOCK = '\\d{1,2}:\\d{2}(?::\\d{2})?(?:[ \\u202f]?[AP]M)?'
/** Matches a month: `2026-11`, `November 2026`. */
const OF_A_MONTH = `\\d{4}-\\d{2}|${MONTH},? \\d{4}`
/** Matches a date as ISO 8601, JavaScript, its locales and its libraries write it, with or without a time, or without a day. */
const TIME = new RegExp(
  [
    '\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}(?::?\\d{2})?)?)?',
    `(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(?:${MONTH} ${DAY},? \\d{4}|${DAY} ${MONTH},? \\d{4})(?:,?(?: at)? ${CLOCK}(?: GMT(?:[+-]\\d{4}(?: \\([^)]*\\))?)?)?)?`,
    `\\d{1,2}[./]\\d{1,2}[./]\\d{4}(?:,? ${CLOCK})?`,
    OF_A_MONTH,
  ]
    .map((one) => `(?<![\\w.-])(?:${one})(?![\\w-])`)
    .join('|'),
  'gi',
)
/** A date by itself has no time zone, and a zone is up to 14 hours away. Milliseconds. */
const NEAR_MS = 48 * 3_600_000

export const STANDS_FOR_NOW = '(now)'

/**
 * Returns the text with the dates and times that are now in one spelling. They show the database's clock,
 * which cannot be stopped.
 *
 * @param now default: the present time
 */
export function withoutNow(text: string, now = Date.now()): string {
  return text.replace(TIME, (shown) => (isNow(shown, now) ? STANDS_FOR_NOW : shown))
}

const IS_MONTH = new RegExp(`^(?:${OF_A_MONTH})$`, 'i')

function isNow(shown: string, now: number): boolean {
  if (IS_MONTH.test(shown)) return [now - NEAR_MS, now, now + NEAR_MS].some((time) => isIn(shown, time))
  return readings(shown).some((read) => Math.abs(read - now) < NEAR_MS)
}

/** Whether a time lies in a month. */
function isIn(month: string, time: number): boolean {
  const first = new Date(/^\d/.test(month) ? month : `1 ${month.replace(/[.,]/g, '')} GMT`)
  const at = new Date(time)
  return first.getUTCFullYear() === at.getUTCFullYear() && first.getUTCMonth() === at.getUTCMonth()
}

/** Returns the possible meanings: the order of day and month in `4/11/2026` depends on the country. */
function readings(shown: string): number[] {
  const [, first, second, year] = /^(\d{1,2})[./](\d{1,2})[./](\d{4})/.exec(shown) ?? []
  if (year)
    return [
      [first, second],
      [second, first],
    ].map(([month, day]) => Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const plain = shown
    .replace(/(\d)(?:st|nd|rd|th)\b/i, '$1')
    .replace(/ at /i, ' ')
    .replace(/ \([^)]*\)$/, '')
    .replaceAll('\u202f', ' ')
  return [Date.parse(plain)]
}
