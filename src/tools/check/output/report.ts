import { phases } from '../../../phases/index.js'
import type { Checked } from '../check.js'
import { type Finding, KINDS, type Kind, type KindId, kindIds } from '../kinds.js'

/** A look, and what to type after it. */
export interface Report extends Checked {
  /** the command that comes next */
  next: string
}

/** One way to tell it. */
export interface Output {
  name: string
  /** the whole report, ending in a newline */
  render(report: Report): string
}

/** The findings of one kind. */
export interface Group extends Kind {
  id: KindId
  findings: Finding[]
}

/** What no phase cures first, then by phase; within one by how much it gives away. */
export function chapters({ findings }: Pick<Checked, 'findings'>): { heading: string; groups: Group[] }[] {
  const groups = kindIds.flatMap((id): Group[] => {
    const own = findings.filter(({ kind }) => kind === id)
    return own.length ? [{ id, ...KINDS[id], findings: own }] : []
  })
  const numbers = [null, ...phases.map(({ number }) => number)]
  return numbers.flatMap((number) => {
    const inside = groups.filter(({ phase }) => phase === number)
    return inside.length ? [{ heading: cureOf(number), groups: inside }] : []
  })
}

/** `phase 6, isolation`; `no phase` */
export function cureOf(number: number | null): string {
  const phase = phases.find((one) => one.number === number)
  return phase ? `Phase ${phase.number}, ${phase.name}` : 'No phase cures this'
}

/** What is there, as pairs of a word and what is said of it. */
export function factLines({ facts, tables, routes, findings }: Checked): [string, string][] {
  const { start, handles, others } = facts
  const versions = facts.versions.map(
    ({ name, version, locked }) => `${name} ${version}${locked ? '' : ' (not locked)'}`,
  )
  const leaking = new Set(
    findings.flatMap(({ kind, table }) => (kind === 'everybodys-rows' && table ? [table] : [])),
  )
  const asked = tables.filter((table) => table.asked).length
  const open = new Set(
    findings.flatMap(({ kind, routes: all }) => (kind === 'everybodys-rows' ? (all ?? []) : [])),
  )
  return [
    [
      'app',
      facts.home ? `${facts.name}, by ${facts.home}` : `${facts.name}: no package.json here names Express`,
    ],
    ['versions', versions.join(', ') || 'none known'],
    ['modules', `${facts.modules}${facts.typescript ? ', TypeScript' : ''}`],
    ['starts by', startLine(start)],
    ['database', handles.map(({ driver, at }) => `${driver} at ${at}`).join(', ') || 'no handle found'],
    ...(others.length
      ? [['also', `${others.join(', ')}: the layers hold PostgreSQL by pg alone`] as [string, string]]
      : []),
    [
      'users',
      facts.users
        ? usersLine(facts.users, tables)
        : 'no table of users: everything belongs to whoever reaches the app',
    ],
    ['user 1', userOneLine(findings)],
    ['login', facts.logins.join(', ') || 'no package for one: whoever reaches the app is its owner'],
    ['logs by', facts.logging.join(', ') || 'console alone'],
    [
      'routes',
      routes.length
        ? `${routes.length} in the source, ${open.size} of them lead to everybody’s rows`
        : 'none found',
    ],
    [
      'tables',
      tables.length
        ? `${tables.length}${asked ? ` (${asked} known by queries alone)` : ''}, ${leaking.size} of them would leak${leaking.size ? `: ${[...leaking].join(', ')}` : ''}`
        : 'none declared in the source',
    ],
  ]
}

/** The table with where it is declared, and its columns. */
function usersLine(name: string, tables: Checked['tables']): string {
  const table = tables.find((one) => one.name === name)
  if (!table) return `table ${name}`
  return `table ${name} at ${table.at}${table.columns.length ? `: ${table.columns.join(', ')}` : ', its columns are not in the source'}`
}

/** Who is taken for the one there is, by what the code says most often. */
function userOneLine(findings: readonly Finding[]): string {
  const places = findings.filter(({ kind }) => kind === 'owner-id')
  const first = places.find(({ what }) => /the first of/.test(what)) ?? places[0]
  if (!first) return 'written out nowhere: whoever asks'
  const others = places.length - 1
  return `${first.what.replace(/^SQL: /, '')} (${first.at}${others ? ` and ${others} more` : ''})`
}

function startLine({ command, listens, exported }: Checked['facts']['start']): string {
  return [
    command ?? 'nothing in package.json says how',
    ...(listens.length ? [`listens at ${listens.join(', ')}`] : []),
    exported.length ? `the app is exported at ${exported.join(', ')}` : 'the app is exported nowhere',
  ].join('; ')
}
