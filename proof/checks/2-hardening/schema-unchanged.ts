import { APP_SCHEMAS } from '../../../src/database/catalog/ask.js'
import { TargetError } from '../../gate/app/target.js'
import type { Check } from '../../gate/check.js'
import type { GateDatabase } from '../../gate/gate.js'
import enforcement from '../../gate/mutants/enforcement.js'
import wrap from '../../gate/mutants/wrap.js'
import { besideDemo } from './beside-demo.js'

const PRODUCTION = { ENVIRONMENT: 'production', CORS_ORIGINS: 'https://app.example.com', TRUST_PROXY: '1' }

/** Returns the app's own tables, with their schema. */
async function tablesOf(database: GateDatabase): Promise<string[]> {
  const rows = await database.sql<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and ${APP_SCHEMAS} order by 1`,
  )
  return rows.map(({ name }) => name)
}

export const schemaUnchanged: Check = {
  id: 'hardening.schema-unchanged',
  title: 'A production start creates no table',
  proves: ['H4'],
  fix: 'Put scope(db) around the handle with which the app creates its tables; create them in migrations.',
  // Longer than the limit of a start, because an app need not start without its tables.
  timeout: 120_000,
  async run(gate) {
    const { database } = gate
    const tables = await tablesOf(database)
    // Its partitions go with a table.
    for (const table of tables) await database.sql(`drop table if exists ${table} cascade`)
    let refused = 0
    try {
      const target = await gate.app({ env: PRODUCTION, ...besideDemo(gate.config) })
      refused = target.output().split('may not change the schema').length - 1
    } catch (error) {
      // An app that does not start without its tables has not created them either.
      if (!(error instanceof TargetError)) throw error
    }
    const made = await tablesOf(database)
    return {
      exercised: tables.length,
      unit: 'missing tables',
      problems: made.map((table) => ({
        what: `the start created ${table}`,
        table,
        expected: 'a refusal that names the statement',
      })),
      notes: [`${refused} statements of the start were refused`],
    }
  },
  mutants: [
    {
      name: 'the app may change the schema in production',
      names: 'the start created ',
      by: { replace: [enforcement.anySchema, wrap.makesATable] },
    },
  ],
}
