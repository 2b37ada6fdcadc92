import { randomBytes } from 'node:crypto'
import { formsOf } from '../../checks/2-hardening/secrets/canaries.js'
import { type Answer, type Ask, curl } from '../app/http.js'
import type { Evidence } from '../check.js'

/** Names that apps give their secrets. */
const SECRET =
  /(?:secret|token|passw(?:or)?d|passphrase|pwd|salt|credentials?|(?:^|_)keys?|dsn|claim_code)(?:$|_)/i
/** Shorter values are ordinary words, and occur in answers by chance. */
const SHORTEST = 12

/**
 * A secret of the gate in the environment of every process it starts. No app reads it, so an answer that
 * holds it shows the whole environment.
 */
export const UNUSED_SECRET = 'GATE_UNUSED_SECRET_KEY'

export function unusedSecret(): Record<string, string> {
  return { [UNUSED_SECRET]: newSecret() }
}

/** Makes a secret of letters and digits only, which no escaping changes. */
export function newSecret(): string {
  return `Pl${randomBytes(14).toString('hex')}`
}

/** Returns whether a variable looks like a secret by its name. */
export function looksSecret(name: string): boolean {
  return SECRET.test(name)
}

/** A text that no answer may hold, with the name of its variable. */
interface Planted {
  name: string
  /** how it may be written: unchanged, in a URL, in base64 at any offset, in hex */
  forms: string[]
}

/**
 * Returns the secrets in an environment: the values of variables that are named like one, and passwords in
 * URLs.
 *
 * @param given variables with values that a person wrote, and which may be ordinary words
 */
export function plantedIn(
  env: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>> = {},
): Planted[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const random = given[name] !== value
    const secrets = [...(random && looksSecret(name) ? [value] : []), ...passwordOf(value)]
    return secrets
      .filter(({ length }) => length >= SHORTEST)
      .map((secret) => ({ name, forms: writtenAs(secret) }))
  })
}

function passwordOf(value: string): string[] {
  const password = /:\/\//.test(value) && URL.canParse(value) ? new URL(value).password : ''
  return password ? [password] : []
}

/** Returns the forms in which an app prints a secret, including the other alphabet of base64. */
function writtenAs(secret: string): string[] {
  const forms = formsOf(secret).map(({ text }) => text)
  const urls = forms.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  return [...new Set([...forms, ...urls, encodeURIComponent(secret)])]
}

/**
 * Returns the variables whose secret is in an answer. A secret that the request itself named is an echo and does not
 * count.
 */
function secretsIn(
  { body, headers }: Pick<Answer, 'body' | 'headers'>,
  asked: string,
  planted: readonly Planted[],
): string[] {
  const text = `${body}\n${Object.values(headers).flat().join('\n')}`
  const found = planted.filter(({ forms }) =>
    forms.some((form) => text.includes(form) && !asked.includes(form)),
  )
  return [...new Set(found.map(({ name }) => name))]
}

/** Returns evidence, without the value, for every secret in an answer. */
export function secretEvidence(
  base: string,
  [method, path, how = {}]: [method: string, path: string, how?: Ask],
  answer: Answer,
  planted: readonly Planted[],
): Evidence[] {
  const sent = [path, JSON.stringify([how.headers, how.as?.headers, how.body])].join('\n')
  return secretsIn(answer, sent, planted).map((name) => ({
    what: `the answer to ${method} ${path.split('?')[0]} holds the value of ${name}`,
    part: name,
    route: `${method} ${path.split('?')[0]}`,
    got: `${answer.status}, with a secret of the environment`,
    curl: curl(base, method, path, how),
  }))
}
