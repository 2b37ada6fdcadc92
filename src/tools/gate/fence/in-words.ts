import type { DatabaseName } from '../../../core/database-names.js'
import type { Refusal } from '../preload/fence/orders.js'
import { isLoopback, namesIt, type Place } from '../preload/fence/places.js'
import { inEnvFiles, inSources } from './written.js'

/** How apps name the parts of a database's address, by the end of the variable's name. */
const PARTS: [DatabaseName, RegExp][] = [
  ['DATABASE_URL', /(?:URL|URI|DSN|CONNECTION(?:_?STRING)?)$/i],
  ['PGHOST', /(?:HOST|HOSTNAME|SERVER|ADDRESS)$/i],
  ['PGPORT', /PORT$/i],
  ['PGUSER', /(?:USER|USERNAME|LOGIN)$/i],
  ['PGPASSWORD', /(?:PASSWORD|PASSWD|PASS|PWD|PW)$/i],
  ['PGDATABASE', /(?:DATABASE|DBNAME|DB|NAME)$/i],
]

/** What was refused, where it is written, and which line of the configuration mends it. */
export function refusalInWords(refusal: Refusal, folder: string): string {
  const { place, variables, overwritten, beside, caller } = refusal
  const where = placeIn(place)
  const read = inEnvFiles(folder, (name, value) => namesIt(value, name, where))
  const found = [...new Set([...variables, ...read.map(({ name }) => name)])]
  const at = (name: string) =>
    inEnvFiles(folder, (one) => one === name)[0]?.at ?? inSources(folder, new RegExp(`\\b${name}\\b`))
  const asked = caller ?? literal(folder, where)
  if (found.length === 0)
    return `${place}, which no variable names${asked ? ` (${asked})` : ''}; let the app read it from one, DB_URL for example, and write in app.env: DB_URL: '$DATABASE_URL'`
  const from = found.map((name) => `${name} (${at(name) ?? 'set by the app'})`).join(', ')
  const asker = asked ? `, asked for by ${asked}` : ''
  const lost = found.filter((name) => overwritten.includes(name))
  if (lost.length > 0)
    return `${place}, from ${from}${asker}; the gate had set ${lost.join(', ')}, and the app has overwritten it: let it keep what the environment says (dotenv without override)`
  const lines = lineOf(found, [
    ...new Set([...beside, ...inEnvFiles(folder, () => true).map(({ name }) => name)]),
  ])
  return `${place}, from ${from}${asker}; write in app.env: ${lines.join(', ')}`
}

/** The variables that name the place, and those that belong to them: DB_USER to DB_HOST. */
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

function literal(folder: string, where: Place): string | null {
  if ('path' in where) return null
  const text = isLoopback(where.host) ? `\\b${where.port}\\b` : where.host.replaceAll('.', '\\.')
  return inSources(folder, new RegExp(text))
}

function placeIn(text: string): Place {
  const [, host, port] = /^(\[[^\]]+\]|[^:/]+):(\d+)$/.exec(text) ?? []
  return host ? { host: host.replace(/^\[|\]$/g, ''), port: Number(port) } : { path: text }
}
