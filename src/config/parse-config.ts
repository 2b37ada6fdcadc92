import { z } from 'zod'
import { ConfigError } from '../core/config-error.js'
import { checkWithOwnLogin } from '../phases/4-auth/config/own-login-config.js'
import { owned } from '../phases/6-isolation/config/tables-config.js'
import { spa } from '../phases/7-legacy/config.js'
import type { Config } from './config.js'
import { configSchema } from './config-schema.js'
import { nearest } from './nearest.js'
import { plainIssue, shownValue } from './plain-issues.js'

const EXAMPLES: Readonly<Record<string, string>> = {
  app: "app: { start: ['node', 'server.js'] }",
  owner: 'owner: { id: 1 }',
  users: "users: { table: 'users' }",
}

/** The schema, with what holds between its options. */
const whole = configSchema.superRefine((given, { addIssue }) => checkWithOwnLogin(given, addIssue))

/** @throws ConfigError with every problem at once; an unknown name comes with the nearest allowed one. */
export function parseConfig(input: unknown, source = 'usertwo.config'): Config {
  if (typeof input !== 'object' || input === null)
    throw new ConfigError(source, [
      `the default export: expected an object, export default { app: …, owner: …, users: … }, got ${input === undefined ? 'nothing' : shownValue(input)}`,
    ])
  const result = whole.safeParse(input, { error: plainIssue })
  if (result.success) return result.data
  throw new ConfigError(
    source,
    result.error.issues.flatMap((issue) => inWords(issue, input)),
  )
}

function inWords(issue: z.core.$ZodIssue, input: object): string[] {
  const at = issue.path.join('.') || 'the default export'
  if (issue.code === 'invalid_key') return [`${at}: ${issue.issues.map(({ message }) => message).join('; ')}`]
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const allowed = namesAt(issue.path)
      const near = nearest(key, allowed)
      return `${issue.path.length ? `${at}.` : ''}${key} is not an option${near ? `; did you mean ${near}?` : `; allowed: ${allowed.join(', ')}`}`
    })
  if (issue.code === 'invalid_union' && /^tables\./.test(at)) {
    const [asOwned = []] = issue.errors
    // A table with `owner` is meant to be an owned table: report the errors of that alternative.
    const isObject = asOwned.some(({ code, path }) => code === 'unrecognized_keys' || path.length > 0)
    if (isObject && !asOwned.some(({ path }) => path[0] === 'owner'))
      return asOwned.flatMap((one) => inWords({ ...one, path: [...issue.path, ...one.path] }, input))
    return [
      `${at}: give { owner: 'column' } for a table with an owner, or { access: 'self' | 'reference' | 'session' | 'closed' } for one without`,
    ]
  }
  if (issue.code === 'invalid_union' && at === 'spa') {
    const [asPages = []] = issue.errors
    if (asPages.some(({ code, path }) => code === 'unrecognized_keys' || path.length > 0))
      return asPages.flatMap((one) => inWords({ ...one, path: [...issue.path, ...one.path] }, input))
    return ["spa: give { index: '/', routes: ['/queue'] }, or false for an app without pages"]
  }
  const { message } = issue
  // Only in the words of its own rules: errors about `app.env` may be about a password.
  const isSaid = !message.startsWith('expected ') || / got /.test(message)
  const got = isSaid ? '' : `, got ${shownValue(valueAt(input, issue.path))}`
  const example = EXAMPLES[at] ? `; example: ${EXAMPLES[at]}` : ''
  return [`${at}: ${message}${got}${example}`]
}

/** Returns what was given at a place of the configuration. */
function valueAt(input: object, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (place, key) => (place as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  )
}

/** Returns the option names allowed at a place of the schema, for hints. */
function namesAt(at: readonly PropertyKey[]): string[] {
  let place: unknown = configSchema
  for (const key of at) {
    const shape = unwrap(place)
    place =
      shape instanceof z.ZodObject
        ? shape.shape[key as string]
        : shape instanceof z.ZodRecord
          ? at[0] === 'tables'
            ? owned
            : shape.valueType
          : shape instanceof z.ZodArray
            ? shape.element
            : undefined
  }
  const shape = unwrap(place)
  return shape instanceof z.ZodObject ? Object.keys(shape.shape) : []
}

function unwrap(schemaOf: unknown): unknown {
  let inner = schemaOf === configSchema.shape.spa ? spa : schemaOf
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault || inner instanceof z.ZodOptional)
    inner = inner.def.innerType
  return inner
}
