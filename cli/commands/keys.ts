import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { loadProject } from '../../proof/gate/project.js'
import { authVariables } from '../../src/config/auth-variables.js'
import { didYouMean } from '../../src/config/nearest.js'
import { variableOf } from '../../src/config/settings.js'
import { type Jwk, readKeySet } from '../../src/phases/4-auth/sessions/keys/key-set.js'
import { ALGORITHMS, type Algorithm } from '../../src/phases/4-auth/sessions/keys/keys.js'
import { jwkOfSecret, rotated } from '../../src/phases/4-auth/sessions/keys/rotate.js'
import { atMost, type Command, EXIT, UsageError } from '../command.js'

const MOST_MINUTES = 7 * 24 * 60

export const command: Command = {
  name: 'keys',
  usage:
    'keys list | rotate   [--file FILE | --print] [--algorithm HS256|RS256|ES256] [--after MINUTES] [--config FILE]',
  about:
    'adds a key for access tokens, which signs after ten minutes unless --after says otherwise; the others are believed as long as a token of theirs lives, so that no login ends. Into JWT_KEYS_FILE, --file, or for JWT_KEYS with --print',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        file: { type: 'string' },
        print: { type: 'boolean', default: false },
        algorithm: { type: 'string', default: 'ES256' },
        after: { type: 'string', default: '10' },
        config: { type: 'string' },
      },
    })
    atMost(1, positionals, command)
    const [what] = positionals
    if (what !== 'list' && what !== 'rotate')
      throw new UsageError(
        `keys: say \`keys list\` or \`keys rotate\`${didYouMean(what, ['list', 'rotate'], 'keys ')}`,
      )
    const algorithm = algorithmOf(values.algorithm)
    const after = minutesOf(values.after)
    const { config } = await loadProject(values.config)
    const read = (name: string) => variableOf(process.env, config.prefix, name)
    const file = values.file ?? read('JWT_KEYS_FILE')
    const text = file && existsSync(file) ? readFileSync(file, 'utf8') : file ? undefined : read('JWT_KEYS')
    const secret = read('JWT_SECRET')
    const jwks = text ? readKeySet(text).jwks : secret ? [jwkOfSecret(secret)] : []
    const now = Math.floor(Date.now() / 1000)
    if (what === 'list') return list(jwks, now)
    if (!file && !values.print)
      throw new UsageError(
        'keys rotate: --file FILE, which JWT_KEYS_FILE is to name; or --print, for JWT_KEYS: it shows the keys themselves',
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
  },
}

function algorithmOf(given: string): Algorithm {
  const found = ALGORITHMS.find((one) => one === given.toUpperCase())
  if (found) return found
  throw new UsageError(
    `--algorithm ${given}: one of ${ALGORITHMS.join(', ')}${didYouMean(given, ALGORITHMS)}`,
  )
}

function minutesOf(given: string): number {
  if (/^\d{1,5}$/.test(given) && Number(given) <= MOST_MINUTES) return Number(given)
  throw new UsageError(`--after ${given}: minutes until the new key signs, 0 to ${MOST_MINUTES}`)
}

function list(jwks: Jwk[], now: number): number {
  console.log(
    jwks.length === 0
      ? 'No keys: neither JWT_KEYS, JWT_KEYS_FILE nor JWT_SECRET is set.'
      : told(jwks, now).join('\n'),
  )
  return EXIT.go
}

const told = (jwks: readonly Jwk[], now: number) =>
  jwks.map((one) => `${one.kid}  ${one.alg}  ${stateOf(one, now)}`)

function stateOf({ nbf = 0, exp }: Jwk, now: number): string {
  const until = exp === undefined ? '' : `, believed until ${at(exp)}`
  if (exp !== undefined && exp <= now) return `over since ${at(exp)}`
  return nbf > now
    ? `signs from ${at(nbf)}${until}`
    : `signs${exp === undefined ? '' : ' until a newer one does'}${until}`
}

const at = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')

/** Whole or not at all, and for this account alone. */
function write(file: string, set: string): void {
  const beside = `${file}.${randomBytes(4).toString('hex')}`
  writeFileSync(beside, `${set}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(beside, file)
}
