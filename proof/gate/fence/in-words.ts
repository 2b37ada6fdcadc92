import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { DatabaseName } from '../../../src/config/server-names.js'
import type { FenceRefusal } from '../preload/fence/orders.js'
import { isLoopback, type NetworkPlace, namesIt } from '../preload/fence/places.js'

/** How apps name the parts of a database's address, by the end of the variable's name. */
const PARTS: [DatabaseName, RegExp][] = [
  ['DATABASE_URL', /(?:URL|URI|DSN|CONNECTION(?:_?STRING)?)$/i],
  ['PGHOST', /(?:HOST|HOSTNAME|SERVER|ADDRESS)$/i],
  ['PGPORT', /PORT$/i],
  ['PGUSER', /(?:USER|USERNAME|LOGIN)$/i],
  ['PGPASSWORD', /(?:PASSWORD|PASSWD|PASS|PWD|PW)$/i],
  ['PGDATABASE', /(?:DATABASE|DBNAME|DB|NAME)$/i],
]

/**
 * Calls with which an app connects to its database. A port that is not in the source is the driver's default.
 */
const MADE = /\bnew (?:\w+\.)?(?:Pool|Client|Sequelize|DataSource)\(|\b[kK]nex\(|\bdrizzle\(/

const CLIENT_MADE = /\bcreateClient(?:Pool)?\(|\bnew (?:IO)?Redis\(/

/** Says what was refused, where the source names it, and which line of the configuration fixes it. */
export function refusalInWords(refusal: FenceRefusal, folder: string): string {
  const { place, variables, overwritten, beside, caller } = refusal
  if (refusal.user !== undefined) return otherUser(refusal, refusal.user, folder)
  const where = placeIn(place)
  const read = inEnvFiles(folder, (name, value) => namesIt(value, name, where))
  const found = [...new Set([...variables, ...read.map(({ name }) => name)])]
  const at = (name: string) =>
    inEnvFiles(folder, (one) => one === name)[0]?.at ?? inSources(folder, new RegExp(`\\b${name}\\b`))
  if (found.length === 0) {
    const written = literal(folder, where, caller)
    return `${place}, which no variable names${written ? ` (${written})` : ''}; let the app read it from one, for example DB_URL, and write in app.env: DB_URL: '$DATABASE_URL'`
  }
  const from = found.map((name) => `${name} (${at(name) ?? 'set by the app'})`).join(', ')
  const asker = caller ? `, asked for by ${caller}` : ''
  const lost = found.filter((name) => overwritten.includes(name))
  if (lost.length > 0)
    return `${place}, from ${from}${asker}; the gate had set ${lost.join(', ')}, and the app has overwritten it: let it keep what the environment says (dotenv without override)`
  const lines = lineOf(found, [
    ...new Set([...beside, ...inEnvFiles(folder, () => true).map(({ name }) => name)]),
  ])
  return `${place}, from ${from}${asker}; write in app.env: ${lines.join(', ')}`
}

/** Says which Redis was refused, where the app names it, and which line of the configuration gives it one. */
export function redisInWords({ place, variables, caller }: FenceRefusal, folder: string): string {
  const where = placeIn(place)
  const read = inEnvFiles(folder, (name, value) => namesIt(value, name, where))
  const found = [...new Set([...variables, ...read.map(({ name }) => name)])]
  const asked = caller ?? inSources(folder, /\brediss?:\/\//) ?? inSources(folder, CLIENT_MADE)
  const at = asked ? ` (${asked})` : ''
  const lines = found.map((name) => `${name}: '${/PORT$/i.test(name) ? '$REDIS_PORT' : '$REDIS_URL'}'`)
  const fix = found.length
    ? `write in app.env: ${lines.join(', ')}`
    : "let the app read its address from a variable, and write in app.env: REDIS_URL: '$REDIS_URL'"
  const from = found.length ? `, from ${found.join(', ')},` : ''
  return `the app reached for the Redis at ${place}${at}${from} and was refused: ${fix}`
}

/** The app names a user of its own, and the gate's settings completed a part that it leaves out. */
function otherUser({ caller }: FenceRefusal, user: string, folder: string): string {
  const name = user.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const variable = inEnvFiles(folder, (_, value) =>
    new RegExp(`^postgres(?:ql)?://${name}[:@]`).test(value),
  )[0]
  const url =
    inSources(folder, new RegExp(`postgres(?:ql)?://${name}[:@]|\\buser:.*['"\`]${name}['"\`]`)) ?? caller
  const [at, own] = variable ? [variable.at, variable.name] : [url, url && variableAt(folder, url)]
  return `the user "${user}"${at ? ` (${at})` : ''}: the app names that user and leaves out the port, and PGPORT, which the gate has set, led it to the gate’s server; let it read the whole address from a variable, and write in app.env: ${own ?? 'DB_URL'}: '$DATABASE_URL'`
}

/** Returns the variable for which the line has a default; null if it names none. */
function variableAt(folder: string, at: string): string | null {
  const [, file = '', line] = /^(.+):(\d+)$/.exec(at) ?? []
  if (!existsSync(join(folder, file))) return null
  const text = readFileSync(join(folder, file), 'utf8').split('\n')[Number(line) - 1] ?? ''
  return /process\.env\.(\w+)/.exec(text)?.[1] ?? null
}

/** Returns the variables that name the place, and those that belong to them: DB_USER to DB_HOST. */
function lineOf(found: readonly string[], all: readonly string[]): string[] {
  const lines = found.flatMap((name) => {
    const [part, ending] = PARTS.find(([, one]) => one.test(name)) ?? (['DATABASE_URL', /$/] as const)
    if (part === 'DATABASE_URL') return [[name, part]]
    const prefix = name.replace(ending, '')
    return PARTS.slice(1).flatMap(([one, end]) =>
      all
        .filter((other) => other.startsWith(prefix) && end.test(other) && other.replace(end, '') === prefix)
        .map((other) => [other, one]),
    )
  })
  return [...new Set(lines.map(([name, part]) => `${name}: '$${part}'`))]
}

const CODE = /\.[cm]?[jt]sx?$/
const URL_OF_DATABASE = /\bpostgres(?:ql)?:\/\//

/**
 * Returns where the source writes the database's place; else the line that connected. The port alone is also in files
 * that make no connection, such as those of containers.
 */
function literal(folder: string, where: NetworkPlace, caller: string | null): string | null {
  if ('path' in where) return caller
  const here = isLoopback(where.host)
  const text = new RegExp(here ? `\\b${where.port}\\b` : where.host.replaceAll('.', '\\.'))
  const connects = (_name: string, source: string) => MADE.test(source) || URL_OF_DATABASE.test(source)
  const isCode = (name: string) => CODE.test(name)
  return (
    inSources(folder, text, (name, source) => isCode(name) && connects(name, source)) ??
    inSources(folder, text, (name) => isCode(name) || name.endsWith('.json')) ??
    (here ? (inSources(folder, URL_OF_DATABASE, isCode) ?? inSources(folder, MADE, isCode)) : null) ??
    caller ??
    inSources(folder, text)
  )
}

function placeIn(text: string): NetworkPlace {
  const [, host, port] = /^(\[[^\]]+\]|[^:/]+):(\d+)$/.exec(text) ?? []
  return host ? { host: host.replace(/^\[|\]$/g, ''), port: Number(port) } : { path: text }
}

const SOURCE = /\.(?:[cm]?[jt]sx?|json|ya?ml|toml)$/
const LEFT_OUT = new Set(['node_modules', '.git', '.usertwo', 'package-lock.json'])
/** Larger files are not sources. Bytes. */
const LARGEST = 512 * 1024

/** Returns where in the folder's `.env` files a variable is set, `file:line`, and what else is set there. */
function inEnvFiles(folder: string, is: (name: string, value: string) => boolean): EnvLine[] {
  const files = readdirSync(folder).filter((name) => /^\.env(?:\.|$)/.test(name))
  return files.flatMap((file) =>
    linesOf(join(folder, file)).flatMap((line, at) => {
      const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? []
      const plain = value?.replace(/^(["'`])(.*)\1.*$/, '$2')
      return name && is(name, plain ?? '') ? [{ name, at: `${file}:${at + 1}` }] : []
    }),
  )
}

interface EnvLine {
  name: string
  at: string
}

/** A file of the app: its name, and its whole text. */
type Fits = (name: string, text: string) => boolean

/** Returns the first line of the app's own sources that contains the text, `file:line`, in files that fit. */
function inSources(folder: string, text: RegExp, fits: Fits = () => true): string | null {
  return below(folder, folder, text, fits)
}

function below(folder: string, from: string, text: RegExp, fits: Fits): string | null {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (LEFT_OUT.has(entry.name)) continue
    if (entry.isDirectory()) {
      const found = below(path, from, text, fits)
      if (found) return found
    } else if (entry.isFile() && SOURCE.test(entry.name) && statSync(path).size <= LARGEST) {
      const lines = linesOf(path)
      const at = lines.findIndex((line) => text.test(line))
      if (at >= 0 && fits(entry.name, lines.join('\n'))) return `${relative(from, path)}:${at + 1}`
    }
  }
  return null
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
