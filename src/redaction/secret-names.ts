import { REDACTED } from './secrets-in-flight.js'

const SECRET_NAMES =
  'authorization|cookies?|passw(?:or)?d[\\w-]{0,30}|passphrase|pwd|secret(?:[-_]?key)?|token|jwt|api[-_]?key|private[-_]?key|credentials?|(?:claim|invite|recovery)[-_]?code'
const NAME = new RegExp(`(?:${SECRET_NAMES})$`, 'i')
const known = new Map<string, boolean>()

/** Whether a key names a secret: `Authorization`, `x-api-key`, `clientSecret`, `password_confirmation`. */
export function isSecretName(name: string): boolean {
  const before = known.get(name)
  if (before !== undefined) return before
  const is = name.length < 200 && NAME.test(name)
  // An app has few names, but a client may invent any number.
  if (known.size < 2_000 && name.length < 64) known.set(name, is)
  return is
}

/**
 * Matches a secret's name in running text, with everything between it and its value: the closing quote of the
 * key (plain, escaped, URL-escaped), brackets of a form field, then `=`, `:`, `=>` or their URL-escaped
 * forms, or a comma where raw headers are a flat list. Every repetition is bounded, so the time is linear.
 */
const LEAD = new RegExp(
  `(${SECRET_NAMES})(?:\\]|%5D){0,3}(?:((?:\\\\{0,15}["'\`]|%22)\\s{0,3},)(?=\\s{0,40}\\\\{0,15}["'\`])|(?:\\\\{0,15}["'\`]|(?:%5C){0,7}%22)?\\s{0,8}(?:=>|[:=]|%3[AD]))(?:\\s|\\x1b\\[[\\d;]{0,10}m|%20|\\+(?=%22)){0,40}`,
  'gi',
)
const HEADER = /^(?:authorization|cookies?)$/i
/** The end of a value without quotes. */
const BARE_END = /[\s&,;"'`)}\]<>\\]|%26|%22|%7D|$/g
/** A header's value contains spaces, semicolons and commas: it ends with its line, quote or field. */
const HEADER_END = /[\r\n"'`&<>}\]\\]|%26|%22|%0[AD]|$/gi
/** Follows a text that is a key: its closing quote, and a colon. */
const KEY_END = /^\\{0,15}["'`]\s{0,8}:/
/** Follows the end of a value. */
const AFTER_VALUE = /^["'`\\]?(?:[\r\n,;:)}\]\\]|$)/
const NOTHING = /^(?:null|undefined|true|false|none|)$/i

/** Returns the index after the value that begins at `from`, and where the value proper begins and ends. */
function valueAt(text: string, from: number, header: boolean): { start: number; end: number } {
  const opening = /^(\\{0,15})(["'`])/.exec(text.slice(from, from + 17))
  if (opening) {
    const depth = opening[1]!.length
    const start = from + opening[0].length
    return { start, end: closingQuote(text, start, opening[2]!, depth) }
  }
  const urlQuote = /^(?:%5C){0,7}%22/i.exec(text.slice(from, from + 30))
  if (urlQuote) {
    const start = from + urlQuote[0].length
    const rest = text.slice(start)
    const close = rest.search(urlQuote[0].length > 3 ? /(?:%5C)+%22/i : /(?<!%5C)%22/i)
    const end = close < 0 ? rest.search(/[\s&]|$/) : close
    return { start, end: start + end }
  }
  const first = text[from]
  if (first === '[' || first === '{') return { start: from, end: closingBracket(text, from) }
  const stop = header ? HEADER_END : BARE_END
  stop.lastIndex = from
  return { start: from, end: stop.exec(text)?.index ?? text.length }
}

/**
 * Returns the quote that closes a text opened by a quote after `depth` backslashes (JSON inside JSON inside
 * …): embedded quotes have more backslashes, because each level doubles them and adds one.
 */
function closingQuote(text: string, start: number, quote: string, depth: number): number {
  for (let at = text.indexOf(quote, start); at >= 0; at = text.indexOf(quote, at + 1)) {
    let slashes = 0
    while (at - slashes > start && text[at - slashes - 1] === '\\') slashes++
    if (slashes < depth || (slashes - depth) % (2 * (depth + 1)) !== 0) continue
    // util.inspect doubles the backslashes of JSON and leaves its quotes: `\\\\"` is then a quote of the value.
    if (slashes === depth || AFTER_VALUE.test(text.slice(at + 1, at + 3))) return at - depth
  }
  return text.length
}

function closingBracket(text: string, from: number): number {
  let open = 0
  const end = Math.min(text.length, from + 16 * 1024)
  for (let at = from; at < end; at++) {
    const one = text[at]
    if (one === '"' || one === "'" || one === '`') {
      const close = closingQuote(text, at + 1, one, 0)
      if (close < end) at = close
    } else if (one === '[' || one === '{') open++
    else if ((one === ']' || one === '}') && --open === 0) return at + 1
  }
  return end
}

/** Masks the value after each name of a secret in `text`: `password=…`, `"token":"…"`, however it is escaped. */
export function maskNamed(text: string): string {
  LEAD.lastIndex = 0
  let masked = ''
  let done = 0
  for (let match = LEAD.exec(text); match; match = LEAD.exec(text)) {
    const from = match.index + match[0].length
    const { start, end } = valueAt(text, from, HEADER.test(match[1]!))
    const value = text.slice(start, end)
    // `"query":"token","status":200`: the text after the comma is the name of the next member.
    const isKey = match[2] !== undefined && KEY_END.test(text.slice(end, end + 40))
    if (!isKey && !NOTHING.test(value) && !value.startsWith(REDACTED)) {
      // A parser may read JSON in JSON: an object or array is replaced by a valid value.
      const bracket = /^[[{]/.test(value)
      masked += text.slice(done, start) + (bracket ? `"${REDACTED}"` : REDACTED)
      done = end
    }
    LEAD.lastIndex = Math.max(end, from)
    if (LEAD.lastIndex >= text.length) break
  }
  return masked + text.slice(done)
}
