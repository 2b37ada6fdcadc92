import { maskNamed } from './secret-names.js'
import { REDACTED, type SecretsInFlight, secretsInFlight } from './secrets-in-flight.js'

/** Longer texts are truncated: a log line is not a file transfer. Characters. */
const LONGEST = 256 * 1024
/** Masked beyond the cut, so that no half of a secret is left at the edge. */
const MARGIN = 4 * 1024

/** A text without any of these contains nothing that the patterns and names below would find; most have none. */
const HINT =
  /authoriz|cookie|pass|pwd|secret|token|jwt|key|credential|code|eyJ|:\/\/|%3a%2f|bearer|basic|digest|\but_|__host|__secure|sid/i

const PATTERNS: [RegExp, string | ((...match: string[]) => string)][] = [
  // JSON web tokens and their encrypted kind, whatever surrounds them.
  [/eyJ[\w-]{6,768}\.[\w-]{4,8192}(?:\.[\w-]{0,8192}){0,3}/g, REDACTED],
  // Tokens made by `usertwo tokens create`.
  [/\but_[\w-]{43}(?![\w-])/g, REDACTED],
  [
    /\b(Bearer|Token|ApiKey|Digest)(\s{1,4}|%20|\+)(?!\[redacted)[\w.~+/=-]*[\d._~+/=-][\w.~+/=-]{3,8192}/gi,
    `$1$2${REDACTED}`,
  ],
  [/\b(Bearer)(\s{1,4}|%20|\+)(?!\[redacted)[\w.~+/=-]{16,8192}/gi, `$1$2${REDACTED}`],
  [
    /\b(Basic)(\s{1,4}|%20|\+)([\w+/-]{4,4096}={0,2})/g,
    (whole, scheme, gap, value) =>
      Buffer.from(value!, 'base64').toString('latin1').includes(':') ? `${scheme}${gap}${REDACTED}` : whole!,
  ],
  // Connection strings, also cut off before their "@" or with one in the password.
  [
    /\b((?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|smtps?|ftps?)(?::\/\/|%3A%2F%2F)[^\s:@/"'`%]{0,256}(?::|%3A))(?!\d{1,5}(?:[/?\s"'`]|%2F|$))(?:[^\s"'`<>]{0,512}(?=@)|[^\s"'`<>@/?%]{1,512})/gi,
    `$1${REDACTED}`,
  ],
  [/\b(https?:\/\/[^\s:@/"'`]{0,256}:)[^\s@/"'`]{1,512}(?=@)/gi, `$1${REDACTED}`],
  // Cookies known by name; others are masked by value during their request.
  [
    /((?:__Host-|__Secure-)[\w.-]{1,100}|connect\.sid|\b(?:sid|PHPSESSID|JSESSIONID))(=|%3D)(?!\[redacted)[^;\s"'`,&\\]{1,4096}/g,
    `$1$2${REDACTED}`,
  ],
]

function maskPatterns(text: string): string {
  let masked = text
  for (const [pattern, replacement] of PATTERNS)
    masked =
      typeof replacement === 'string'
        ? masked.replace(pattern, replacement)
        : masked.replace(pattern, replacement)
  return masked
}

/**
 * Returns `text` without secrets: by name (`password=…`, `"token":"…"`, also escaped), by pattern (Bearer, JWT, connection
 * strings, cookies) and by value (secrets of requests in progress). Text longer than 256 Ki characters is truncated.
 */
export function redactText(text: string, inFlight: SecretsInFlight = secretsInFlight): string {
  const long = text.length > LONGEST
  let masked = inFlight.mask(long ? text.slice(0, LONGEST + MARGIN) : text)
  if (HINT.test(masked)) masked = maskNamed(maskPatterns(masked))
  return long ? `${masked.slice(0, LONGEST)}… [cut, ${text.length} characters]` : masked
}
