import { ownedIn } from '../../../src/config/config.js'
import { quotedTable } from '../../../src/database/quoted.js'
import { type BlindSpot, blindSpots } from '../../backup/blind-spots.js'
import { countRows, differences, type TableRows } from '../../backup/row-counts.js'
import { seeingAll } from '../../backup/seeing-all.js'
import type { Check, Evidence } from '../../gate/check.js'
import { GIVE_AWAY } from './give-away.js'

/**
 * Reads every table as `usertwo backup` does, over the same connection, and compares it with what a superuser
 * finds. pg_dump itself is not needed: it sends the same COPY, and is not installed on every machine that
 * runs a gate.
 */
export const backupCheck: Check = {
  id: 'rollout.backup',
  title: 'A backup made as the app’s login holds the rows of every user',
  proves: ['R1'],
  fix: 'Run: usertwo migrate up. A restrictive policy must let the system pass; the login must be granted every table that it may not read. Make backups with usertwo backup: see docs/how-to/back-up.md.',
  async run({ config, database }) {
    await database.sql(GIVE_AWAY)
    const stored = await countRows(
      { query: async <Row extends object>(text: string) => ({ rows: await database.sql<Row>(text) }) },
      config,
    )
    const held = await seeingAll(database.url, async (client) => {
      const blind = await blindSpots(client)
      return { blind, tables: blind.some(isUnreadable) ? null : await countRows(client, config) }
    })
    const problems = [...held.blind.map(unseen), ...lost(stored, held.tables)]
    return { exercised: stored.length, unit: 'tables', problems, notes: [owners(stored)] }
  },
  mutants: (config) => {
    const [first] = ownedIn(config)
    const table = quotedTable(first ? first[0] : config.users.table)
    return [
      {
        name: 'a table without the policy that lets the system pass',
        names: /row security hides rows/,
        by: { sql: `drop policy usertwo_system on ${table}` },
      },
      {
        name: 'a restrictive policy that excludes the system',
        names: 'its policy narrow restricts what is read',
        by: { sql: `create policy narrow on ${table} as restrictive using (false)` },
      },
      {
        name: 'a table that the login may not read',
        names: 'public.kept_apart: this login may not read it',
        by: { sql: 'create table public.kept_apart (id int)' },
      },
    ]
  },
}

const isUnreadable = ({ readable }: BlindSpot) => !readable

const unseen = ({ table, why }: BlindSpot): Evidence => ({
  what: `a backup may lack rows: ${table}: ${why}`,
  table,
})

const lost = (stored: TableRows[], held: TableRows[] | null): Evidence[] =>
  held === null ? [] : differences(stored, held).map((what) => ({ what: `a backup lacks rows: ${what}` }))

/** Returns the number of owners whose rows were compared. */
function owners(stored: readonly TableRows[]): string {
  const ids = new Set(stored.flatMap(({ byOwner }) => Object.keys(byOwner)))
  return `rows of ${ids.size} owners were counted`
}
