import { Html, html } from '../../../../src/core/html.js'
import { redactText } from '../../../../src/redaction/redact-text.js'
import { visible } from '../visible.js'

type Value = string | number | Html | readonly Html[] | null | undefined | false

/**
 * Puts values into HTML like {@link html}. Texts may come from an app under attack: secrets in them are
 * masked, and characters that hide text or change its direction are escaped.
 */
export function told(strings: TemplateStringsArray, ...values: Value[]): Html {
  return html(strings, ...values.map(part))
}

function part(value: Value): Html | string | number | undefined {
  if (value === null || value === undefined || value === false) return undefined
  if (typeof value === 'string') return shown(value)
  if (value instanceof Html || typeof value === 'number') return value
  return new Html(value.map(({ text }) => text).join(''))
}

/** A credential as `curl` writes it: a shell variable that the reader fills in, not a secret. */
const FILL_IN = /("[\w-]+: (?:Bearer )?\$[A-Z]+_TOKEN")/

function shown(text: string): string {
  const masked = text
    .split(FILL_IN)
    .map((one, at) => (at % 2 ? one : redactText(one)))
    .join('')
  // Line breaks in a text are kept.
  return masked.replace(/\r\n/g, '\n').replace(/[^\n\t]+/g, visible)
}

/** Escapes words of usertwo itself, such as the title of a check, which may name secrets but hold none. */
export function own(text: string): Html {
  return html`${text}`
}

/** Formats a duration: `12.3 s`, or `2 min 5 s`. */
export function duration(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** Formats a count: `1 check`, `2 checks`. */
export function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}
