import { isIP } from 'node:net'
import { z } from 'zod'
import { ConfigError } from '../core/config-error.js'
import { isOn } from './dial.js'
import { knownHosts } from './known-hosts.js'
import { nearest } from './nearest.js'
import { type OauthClients, oauthClients, oauthProblems } from './oauth-clients.js'
import { plainVariable } from './plain-issues.js'
import { type VariableName, variables } from './variables.js'

type Parsed = { [Name in VariableName]: z.output<(typeof variables)[Name]['schema']> }

/** The checked environment: where the app runs. Read once; a layer gets it from its kit. */
export interface Settings
  extends Omit<
    Parsed,
    | 'USERTWO_PHASE'
    | 'USER_MGMT_ENABLED'
    | 'COOKIE_SECURE_DEFAULT'
    | 'AUTH_REQUIRE_EMAIL_VERIFY'
    | 'AUTH_OUTBOX'
    | 'REFRESH_GRACE_SECONDS'
    | 'USERTWO_STOP_DELAY'
  > {
  USERTWO_PHASE: number
  USER_MGMT_ENABLED: boolean
  COOKIE_SECURE_DEFAULT: boolean
  AUTH_REQUIRE_EMAIL_VERIFY: boolean
  AUTH_OUTBOX: boolean
  REFRESH_GRACE_SECONDS: number
  USERTWO_STOP_DELAY: number
  /** what the environment says of the providers by which users log in; secrets */
  oauthClients: OauthClients
  /** the names of the app, as far as they are known */
  hosts: string[]
  /** lines for the terminal about assumptions */
  notes: string[]
}

/** The feature flags of the product: variables that turn off a layer. */
export type Flag = 'USER_MGMT_ENABLED'

type Environment = Record<string, string | undefined>

const NAMES = Object.keys(variables)
const OURS = /^(USERTWO_|JWT_|CORS_|ENABLE_|AUTH_|COOKIE_|CSRF_)/
/** At a lower dial they wait for phase 4: turning it back stops no start. */
const FEATURES = [
  'AUTH_COOKIE_REFRESH',
  'AUTH_ENABLE_TOTP',
  'AUTH_ENABLE_PASSKEYS',
  'AUTH_ENABLE_MAGIC_LINK',
  'AUTH_ENABLE_OAUTH',
  'PRIVACY_DASHBOARD',
] as const
/** Values that must be impossible to guess. */
const SECRETS = ['JWT_SECRET', 'OPS_TOKEN', 'METRICS_TOKEN', 'USERTWO_CLAIM_CODE'] as const
/** Whether only developers of the app can reach it. */
export const isAtWork = (environment: string | undefined) => /^(development|test)$/.test(environment ?? '')

/** Whether a secret can be guessed, or is the example of the documentation. */
const isWeak = (name: VariableName, secret = '') =>
  secret !== '' && (secret === variables[name].example || isWeakSecret(secret))

/** Returns a variable, by its prefixed name before the plain one; undefined if it is empty or blank. */
export function variableOf(
  environment: Environment,
  prefix: string | undefined,
  name: string,
): string | undefined {
  const value = environment[(prefix ?? '') + name] ?? environment[name]
  return value === undefined || value.trim() === '' ? undefined : value.trim()
}

/**
 * Reads the dial alone, for a command that needs nothing else of the environment; undefined: not set.
 * @throws ConfigError when it is not a phase
 */
export function parseDial(environment: Environment = process.env, prefix = ''): number | undefined {
  const given = variableOf(environment, prefix, 'USERTWO_PHASE')
  const { data, error } = z.safeParse(variables.USERTWO_PHASE.schema, given, { error: plainVariable })
  if (error)
    throw new ConfigError(
      'The environment is not usable',
      error.issues.map(({ message }) => line('USERTWO_PHASE', given, message)),
    )
  return data
}

/**
 * Reads and checks the environment.
 *
 * @param prefix accepted before every name (`JOURNAL_JWT_SECRET`); the prefixed value wins.
 * @throws ConfigError with every problem at once, each with the variable, what is wrong and an example
 */
export function parseSettings(environment: Environment = process.env, prefix = ''): Settings {
  const problems: string[] = []
  const notes: string[] = []
  const read = (name: string) => variableOf(environment, prefix, name)

  const values: Record<string, unknown> = {}
  const refused = new Set<string>()
  for (const [name, variable] of Object.entries(variables)) {
    const given = name === 'ENVIRONMENT' ? (read(name) ?? read('NODE_ENV') ?? 'production') : read(name)
    const result = z.safeParse(variable.schema, given, { error: plainVariable })
    if (result.success) values[name] = result.data
    else refused.add(name)
    for (const { message } of result.error?.issues ?? [])
      problems.push(line(name as VariableName, given, message))
  }
  for (const name of Object.keys(environment)) {
    const plain = prefix && name.startsWith(prefix) ? name.slice(prefix.length) : name
    if (plain in variables) continue
    const isOurs = OURS.test(plain)
    const near = nearest(plain, isOurs ? NAMES : NAMES.filter((one) => isSlip(plain, one)))
    if (!near) continue
    const hint = `${name} is not a variable of usertwo; did you mean ${near}?`
    if (isOurs) problems.push(hint)
    // The app has variables of its own: a name that is close to one of usertwo's is only worth a note.
    else if (read(near) === undefined) notes.push(hint)
  }

  const parsed = values as Parsed
  const production = parsed.ENVIRONMENT === 'production'
  const dial = parsed.USERTWO_PHASE
  if (dial === undefined && !problems.length) {
    if (production) problems.push(line('USERTWO_PHASE', undefined, 'required in production'))
    else notes.push('USERTWO_PHASE is not set: phase 0, the app as it was.')
  }
  problems.push(...rules(parsed, refused, production))
  const hosts = knownHosts(environment, parsed.ALLOWED_HOSTS ?? [], parsed.CORS_ORIGINS ?? [])
  if (production && (dial ?? 0) < 6 && hosts.length === 0)
    notes.push(
      'ALLOWED_HOSTS is not set, and no other variable states the app’s name: below phase 6 only addresses, localhost and names without a dot are answered, all others 421; example: ALLOWED_HOSTS=app.example.com',
    )
  if (problems.length) throw new ConfigError('The environment is not usable', problems)

  return {
    ...parsed,
    USERTWO_PHASE: dial ?? 0,
    USER_MGMT_ENABLED: parsed.USER_MGMT_ENABLED ?? (dial ?? 0) >= 4,
    COOKIE_SECURE_DEFAULT: parsed.COOKIE_SECURE_DEFAULT ?? !isAtWork(parsed.ENVIRONMENT),
    AUTH_REQUIRE_EMAIL_VERIFY: parsed.AUTH_REQUIRE_EMAIL_VERIFY ?? parsed.SMTP_URL !== undefined,
    AUTH_OUTBOX: keepsMail(parsed),
    REFRESH_GRACE_SECONDS: parsed.REFRESH_GRACE_SECONDS ?? (parsed.AUTH_COOKIE_REFRESH ? 10 : 0),
    USERTWO_STOP_DELAY: stopDelay(parsed, isAtWork(parsed.ENVIRONMENT)),
    oauthClients: oauthClients(environment, read),
    hosts,
    notes,
  }
}

/** Whether a name begins like one of usertwo's, which must be long enough not to match by chance. */
const isSlip = (given: string, name: string) => name.length >= 8 && given.startsWith(name.slice(0, 3))

/** Whether mail is kept for display instead of being sent. */
const keepsMail = (given: Pick<Partial<Parsed>, 'AUTH_OUTBOX' | 'ENVIRONMENT' | 'SMTP_URL'>): boolean =>
  given.ENVIRONMENT === 'development' && !given.SMTP_URL && given.AUTH_OUTBOX !== false

/**
 * Checks the rules between variables, by phase and environment.
 *
 * @param refused names whose value is reported already: they are not missing
 */
function rules(given: Partial<Parsed>, refused: ReadonlySet<string>, production: boolean): string[] {
  const dial = given.USERTWO_PHASE ?? 0
  const found: string[] = []
  const require = (name: VariableName, why: string) => {
    if (given[name] === undefined && !refused.has(name)) found.push(line(name, undefined, why))
  }
  if (production) require('DATABASE_URL', 'required in production')
  if (isOn('hardening', dial) && !isAtWork(given.ENVIRONMENT))
    require('CORS_ORIGINS', `required in ${given.ENVIRONMENT} from phase 2`)
  if (isOn('auth', dial) && given.USER_MGMT_ENABLED !== false) require('JWT_SECRET', 'required from phase 4')
  if (given.JWT_KEYS && given.JWT_KEYS_FILE)
    found.push('JWT_KEYS and JWT_KEYS_FILE: one of them says what the keys are; take the other away')
  if (isOn('isolation', dial) && given.USER_MGMT_ENABLED === false)
    found.push(
      'USER_MGMT_ENABLED=false: from phase 6 the app needs users; turn USERTWO_PHASE back to 5 or lower',
    )
  found.push(...featureProblems(given, given.USER_MGMT_ENABLED ?? isOn('auth', dial)))
  if (given.JWT_SECRET && given.JWT_SECRET === given.JWT_SECRET_BEFORE)
    found.push('JWT_SECRET_BEFORE: the same as JWT_SECRET; give the secret that was there before, or none')
  if (given.AUTH_COOKIE_REFRESH && given.TOKEN_STYLE === 'bearer')
    found.push(
      'AUTH_COOKIE_REFRESH=true: TOKEN_STYLE=bearer has no refresh tokens; set TOKEN_STYLE=refresh, or leave it off',
    )
  if (given.REFRESH_COOKIE_NAME === given.CSRF_COOKIE_NAME)
    found.push('REFRESH_COOKIE_NAME and CSRF_COOKIE_NAME: two cookies need two names; change one of them')
  if (given.AUTH_OUTBOX && given.ENVIRONMENT !== 'development')
    found.push(
      'AUTH_OUTBOX=true: it shows everybody’s links, in development alone; leave it off, and set SMTP_URL for mail',
    )
  if (!given.SMTP_URL && !keepsMail(given))
    for (const name of ['AUTH_REQUIRE_EMAIL_VERIFY', 'AUTH_ENABLE_MAGIC_LINK'] as const)
      if (given[name]) require('SMTP_URL', `required with ${name}=true: the link is mailed`)
  found.push(...stopProblems(given))
  if (given.SMTP_URL) {
    require('PUBLIC_URL', 'required with SMTP_URL: an address that begins with https:// or http://')
    require('MAIL_FROM', 'required with SMTP_URL')
  }
  const weak = SECRETS.filter((name) => isWeak(name, given[name]))
  if (!isAtWork(given.ENVIRONMENT))
    for (const name of weak)
      found.push(line(name, undefined, 'weak or a placeholder; it must be impossible to guess'))
  return found
}

/** Checks the flags of what users may have besides a password. */
function featureProblems(given: Partial<Parsed>, users: boolean): string[] {
  const found: string[] = []
  if (given.USER_MGMT_ENABLED === false)
    for (const name of FEATURES)
      if (given[name])
        found.push(`${name}=true: needs users, and they are off; set USER_MGMT_ENABLED=true, or leave it off`)
  if (given.AUTH_ENABLE_PASSKEYS && users)
    found.push(...passkeyProblems(given.PUBLIC_URL, isAtWork(given.ENVIRONMENT)))
  if (given.AUTH_ENABLE_OAUTH && users)
    found.push(...oauthProblems(given.PUBLIC_URL, isAtWork(given.ENVIRONMENT)))
  return found
}

function line(name: VariableName, given: string | undefined, what: string): string {
  const variable: { secret?: boolean; example: string } = variables[name]
  const shown = given === undefined ? '' : variable.secret ? ' (given)' : `=${given}`
  return `${name}${shown}: ${what}; example: ${name}=${variable.example}`
}

/** Whether browsers have passkeys on a page of this host over plain http (W3C, Secure Contexts, 3.1). */
const isLocal = (host: string) => host === 'localhost' || host.endsWith('.localhost')

/**
 * What keeps passkeys from working at the app's public address. They belong to a domain name, and browsers offer them over
 * https only, except on this machine.
 *
 * @param atWork in development or test: without PUBLIC_URL they belong to localhost
 */
function passkeyProblems(publicUrl: string | undefined, atWork: boolean): string[] {
  const wrong = (what: string) => [
    `AUTH_ENABLE_PASSKEYS=true: ${what}; set PUBLIC_URL to where people reach the app, for example https://app.example.com`,
  ]
  if (publicUrl === undefined)
    return atWork ? [] : wrong('passkeys belong to a domain name, and PUBLIC_URL names none')
  const { protocol, hostname } = new URL(publicUrl)
  if (isIP(hostname.replace(/^\[|\]$/g, '')))
    return wrong(`PUBLIC_URL=${publicUrl} is an IP address, and passkeys need a domain name`)
  if (protocol !== 'https:' && !isLocal(hostname))
    return wrong(`PUBLIC_URL=${publicUrl} is not https, and browsers have no passkeys there`)
  return []
}

interface StopTimes {
  USERTWO_STOP_DELAY?: number | undefined
  USERTWO_STOP_LIMIT?: number | undefined
}

/**
 * Seconds between SIGTERM and the close of the server. No proxy is in front of an app that only its developer uses.
 * @param atWork in development or test
 */
function stopDelay(given: StopTimes, atWork: boolean): number {
  const { USERTWO_STOP_DELAY: delay, USERTWO_STOP_LIMIT: limit = Number.POSITIVE_INFINITY } = given
  return delay ?? (atWork ? 0 : Math.min(3, limit - 1))
}

/** What is wrong with the two together. */
function stopProblems({ USERTWO_STOP_DELAY: delay, USERTWO_STOP_LIMIT: limit }: StopTimes): string[] {
  if (delay === undefined || limit === undefined || delay < limit) return []
  return [
    `USERTWO_STOP_DELAY=${delay}: no time is left for requests in flight; set it lower than USERTWO_STOP_LIMIT (${limit})`,
  ]
}

/** Words of documentation, examples and habit. */
const PLACEHOLDER =
  /change.?(?:me|this|it)|secret|passw[o0]rd|example|placeholder|replace.?(?:me|this|with)|your.?(?:jwt|key|token)|keyboard.?cat|qwert|openssl|insert.?(?:your|here)|default.?(?:key|token)|abcd.?1234|^(?:test|todo)/gi
/** One piece repeated: `0123456789abcdef0123456789abcdef`. */
const REPEATED = /^(.{1,32}?)\1+$/

/** Counts the characters that follow their neighbour in the alphabet or the row of digits: `abcdef`, `98765`. */
function inARow(secret: string): number {
  return [...secret].filter(
    (one, at) => at > 0 && Math.abs(one.charCodeAt(0) - secret.charCodeAt(at - 1)) === 1,
  ).length
}

/** The kind of a character: small letter, capital, digit, or another (-1). */
const kindOf = (one = ''): number => [/[a-z]/, /[A-Z]/, /\d/].findIndex((kind) => kind.test(one))

/** Whether a text changes kinds as often as a random one: at two of three places. Words do so rarely. */
function isMixed(text: string): boolean {
  const changes = [...text].filter((one, at) => at > 0 && kindOf(one) !== kindOf(text[at - 1]))
  return text.length >= 32 && changes.length > text.length / 2
}

/** Whether a secret contains a placeholder as a separate word; in a text that is not mixed, also as a part of a word. */
function hasPlaceholder(secret: string): boolean {
  const goesOn = (word: string) => /^(?:[a-zA-Z][a-z]|[A-Z]{2})$/.test(word)
  return [...secret.matchAll(PLACEHOLDER)].some(({ 0: word, index }) => {
    const end = index + word.length
    const isPart = goesOn(secret.slice(index - 1, index + 1)) || goesOn(secret.slice(end - 1, end + 1))
    return !isPart || !isMixed(secret)
  })
}

/** Whether a secret is in a dictionary, or has too few or too regular characters to be random. */
function isWeakSecret(secret: string): boolean {
  const different = new Set(secret).size
  return (
    hasPlaceholder(secret) ||
    REPEATED.test(secret) ||
    inARow(secret) > (secret.length * 3) / 4 ||
    // A claim code is short, and may be random with few different characters.
    different < Math.min(8, secret.length / 3)
  )
}
