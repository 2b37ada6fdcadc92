import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { loadProject } from '../../proof/gate/project.js'
import { variableOf } from '../../src/config/settings.js'
import { authVariables } from '../../src/phases/4-auth/config/variables.js'
import { type Jwk, readKeySet } from '../../src/phases/4-auth/sessions/keys/key-set.js'
import { jwkOfSecret, rotated } from '../../src/phases/4-auth/sessions/keys/rotate.js'
import { EXIT, implement } from '../command.js'
import { operateCommands } from '../declared/operate.js'
import { UsageError } from '../usage-error.js'

export const command = implement(operateCommands.keys, async ({ values, action }) => {
  const { algorithm, after } = values
  const { config } = await loadProject(values.config)
  const read = (name: string) => variableOf(process.env, config.prefix, name)
  const file = values.file ?? read('JWT_KEYS_FILE')
  const text = file && existsSync(file) ? readFileSync(file, 'utf8') : file ? undefined : read('JWT_KEYS')
  const secret = read('JWT_SECRET')
  const jwks = text ? readKeySet(text).jwks : secret ? [jwkOfSecret(secret)] : []
  const now = Math.floor(Date.now() / 1000)
  if (action === 'list') return list(jwks, now)
  if (!file && !values.print)
    throw new UsageError(
      'keys rotate: --file FILE, which JWT_KEYS_FILE is to name; or --print, for JWT_KEYS: it shows the keys themselves',
    )
  if (jwks.length === 0)
    throw new UsageError(
      'keys rotate: JWT_SECRET is not set here. The first set holds the key that it is, or every login would end. Run this with the JWT_SECRET of the app in the environment',
    )
  const refreshes = read('TOKEN_STYLE') === 'refresh'
  const days = authVariables.JWT_EXPIRES_DAYS.schema.parse(read('JWT_EXPIRES_DAYS'))
  const more = authVariables.REFRESH_TOKEN_DAYS.schema.parse(read('REFRESH_TOKEN_DAYS'))
  const made = rotated(jwks, {
    algorithm,
    now,
    after: after * 60,
    days: refreshes ? Math.max(days, more) : days,
  })
  const set = JSON.stringify({ keys: made })
  if (values.print) console.log(set)
  else write(file!, set)
  const tell = values.print ? console.error : console.log
  tell(told(made, now).join('\n'))
  tell(
    values.print
      ? 'Set JWT_KEYS to the line above, in every process, before the new key signs; then deploy.'
      : `Written to ${file}. Every process reads it at its start: give it to all of them, as JWT_KEYS_FILE, before the new key signs.`,
  )
  return EXIT.go
})

function list(jwks: Jwk[], now: number): number {
  console.log(
    jwks.length === 0
      ? 'No keys: neither JWT_KEYS, JWT_KEYS_FILE nor JWT_SECRET is set.'
      : told(jwks, now).join('\n'),
  )
  return EXIT.go
}

/** A line for each key; the newest that may sign does. */
function told(jwks: readonly Jwk[], now: number): string[] {
  const begun = jwks.filter(({ nbf = 0, exp = Infinity }) => nbf <= now && exp > now)
  const newest = Math.max(...begun.map(({ nbf = 0 }) => nbf))
  return jwks.map((one) => `${one.kid}  ${one.alg}  ${stateOf(one, now, newest)}`)
}

function stateOf({ nbf = 0, exp }: Jwk, now: number, newest: number): string {
  const until = exp === undefined ? '' : `, believed until ${at(exp)}`
  if (exp !== undefined && exp <= now) return `over since ${at(exp)}`
  if (nbf > now) return `signs from ${at(nbf)}${until}`
  return `${nbf === newest ? 'signs' : 'no longer signs'}${until}`
}

const at = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')

/** Whole or not at all, and for this account alone. */
function write(file: string, set: string): void {
  const beside = `${file}.${randomBytes(4).toString('hex')}`
  writeFileSync(beside, `${set}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(beside, file)
}
