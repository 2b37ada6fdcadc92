import { type Config, isOwned, ownedIn } from '../../../src/config/config.js'
import { q, quotedTable } from '../../../src/database/quoted.js'
import { WITHOUT_QUERY_LAYER } from '../../attack/defects.js'
import {
  type Canaries,
  leaks,
  namedIn,
  newMarks,
  plantCanaries,
  storedLeaks,
} from '../../attack/fixture/canary.js'
import { type AttackedTable, ownedTables } from '../../attack/fixture/rows.js'
import { curl } from '../../gate/app/http.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import type { Gate, Member } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import perUserMutants from './mutants/schema/per-user.js'
import { failingWithoutRows } from './statements/without-rows.js'

/** Rows can only be forgotten where the configuration says that a new user begins with some. */
const NO_ROWS: Mutant = {
  name: 'a new user is not given the rows of the configuration',
  names: 'a new user begins with other rows',
  by: { replace: [perUserMutants.noRows] },
}

const SHARED = 'neither layer keeps rows apart'

/** Simulates a driver that goes past both layers: all rows are shared. */
const shared = (config: Config): Mutant => ({
  name: SHARED,
  names: 'a new user is shown rows of the owner',
  by: {
    replace: WITHOUT_QUERY_LAYER,
    sql: ownedIn(config)
      .map(([table]) => `create policy gate_shows_all on ${quotedTable(table)} for select using (true)`)
      .join(';'),
  },
})

export const newUser: Check = {
  id: 'isolation.new-user',
  title: 'A new user starts with nothing except their own settings',
  proves: ['T1', 'R1'],
  fix: 'Mark tables with one row per user with perUser in the configuration. Rows that every user needs and no request makes: name them in tables.X.newUserRows, or let the route insert them where they are missing. A row that the app shows went past both layers: it came from memory, a file, or a driver that is not under scope(db). An owned table without a row of the owner proves nothing: insert one in app.seed, which only gates and recordings run, and record again (docs/how-to/when-your-app-changes.md).',
  timeout: 120_000,
  async run(gate) {
    const tables = await ownedTables(gate.database, gate.config)
    // A new user's settings are copies of the owner's.
    const marks = newMarks(tables.filter(({ name }) => !firstRows(gate.config, name).copied))
    // Before the app starts, so that what it reads and caches at its start has marks too.
    await plantCanaries(gate.database, tables, gate.config.owner.id, marks, namedIn(await gate.traffic()))
    const { owner, other } = await gate.people()
    const problems: Evidence[] = []
    const without: AttackedTable[] = []
    // The app's own hook may have made rows, without a mark of the owner's.
    const isMade = gate.config.auth.onRegistered !== undefined
    // Before the first request: a read may insert a first row for a user who has none.
    for (const table of tables) {
      const { name, owner: column, readable } = table
      const expected = firstRows(gate.config, name).rows
      const [row] = await gate.database.sql<{ mine: number; theirs: number }>(
        `select count(*) filter (where ${q(column)}::text = $1)::int as mine,
           count(*) filter (where ${q(column)}::text = $2)::int as theirs from ${quotedTable(name)}`,
        [String(other.id), String(owner.id)],
      )
      if (row!.mine === 0 && expected === 0 && !readable) without.push(table)
      if (row!.mine !== expected && !(isMade && expected === 0))
        problems.push({
          what: 'a new user begins with other rows',
          table: name,
          expected: String(expected),
          got: String(row!.mine),
        })
      if (row!.theirs === 0)
        problems.push({
          what: 'the owner has no rows to lose: the seed is too small',
          table: name,
          expected: 'a row of the owner, by app.seed',
          got: 'none',
        })
    }
    for (const { table, column } of isMade ? await storedLeaks(gate.database, tables, other.id, marks) : [])
      problems.push({ what: 'a new user begins with a text of the owner', table, column })
    const shown = await shownTo(gate, other, marks)
    problems.push(...shown.problems)
    problems.push(...(await failingWithoutRows(gate, without)))
    const seen = shown.problems.length > 0 || (await shownTo(gate, owner, marks, 1)).problems.length > 0
    return {
      exercised: tables.length + shown.asked,
      unit: 'tables and requests',
      problems,
      ...(!seen && {
        ignored: { [SHARED]: 'no recorded answer shows a text of an owned row to its owner' },
      }),
    }
  },
  mutants: (config) => [
    ...(ownedIn(config).length > 0 ? [shared(config)] : []),
    ...ownedIn(config)
      .flatMap(([, { perUser, newUserRows }]) => (perUser || newUserRows ? [NO_ROWS] : []))
      .slice(0, 1),
    ...ownedIn(config)
      .slice(0, 1)
      .map(([table]) => ({
        name: `no user has a row in ${table}`,
        names: `the owner has no rows to lose: the seed is too small\n${table}`,
        by: { sql: `truncate ${quotedTable(table)} cascade` },
      })),
  ],
}

/** How many rows of a table the configuration gives a new user, and whether they are the owner's. */
function firstRows({ tables }: Config, name: string) {
  const table = tables[name]
  if (!table || !isOwned(table)) return { rows: 0, copied: false }
  return { rows: table.perUser ? 1 : (table.newUserRows?.length ?? 0), copied: table.perUser }
}

/**
 * Sends each recorded read and each plain route once as one user, and looks for the marks of the owner's
 * rows.
 */
async function shownTo(gate: Gate, as: Member, marks: Canaries, enough = Number.POSITIVE_INFINITY) {
  const target = await gate.app()
  const problems: Evidence[] = []
  const asked = new Set<string>()
  const plain = (await gate.routes()).filter((route) => !/[:*(]/.test(route.path))
  for (const { method, path } of [...(await gate.traffic()), ...plain]) {
    if (method !== 'GET' || asked.has(path) || gate.signal.aborted || problems.length >= enough) continue
    asked.add(path)
    const who = { ...as, address: nextAddress() }
    for (const { place, mark } of leaks(await target.ask('GET', path, { as: who }), marks).slice(0, 1))
      problems.push({
        what: 'a new user is shown rows of the owner',
        route: `GET ${path}`,
        table: place.slice(0, place.lastIndexOf('.')),
        column: place.slice(place.lastIndexOf('.') + 1),
        leaked: mark,
        curl: curl(target.url, 'GET', path, { as: who }),
      })
  }
  return { problems, asked: asked.size }
}
