// Run by the gate in its own process, see probe-queries.ts: the query layer over a plain knex instance, and
// nothing else.
import knex from 'knex'
import pg from 'pg'
import { parseConfig } from '../../../src/config/config.js'
import { actAs } from '../../../src/core/context.js'
import { scopeKnex } from '../../../src/phases/6-isolation/query/scope-knex.js'
import { readEnforcement } from '../../../src/phases/6-isolation/start/enforcement.js'
import { attemptsOn, reached } from './attempts.js'
import { PROBE, type ProbeOrders, type ProbeReport } from './probe-queries.js'

const orders = JSON.parse(process.env[PROBE] ?? '') as ProbeOrders
const connection = process.env.DATABASE_URL

async function policy() {
  const client = new pg.Client({ connectionString: connection })
  await client.connect()
  try {
    return (await readEnforcement(client, parseConfig(orders.config, 'the gate’s configuration'), 6)).query
  } finally {
    await client.end()
  }
}

async function probe(): Promise<ProbeReport> {
  const rules = await policy()
  const db = scopeKnex(knex({ client: 'pg', connection, pool: { min: 0, max: 1 } }), () => rules)
  const report: ProbeReport = { tried: 0, problems: [] }
  try {
    for (const table of orders.tables)
      for (const attempt of attemptsOn(table, orders)) {
        report.tried++
        const got = await reached(db, table, attempt)
        if (got)
          report.problems.push({ what: `${attempt.name} by the query layer alone`, table: table.name, got })
      }
  } finally {
    await db.destroy()
  }
  return report
}

const who = { kind: 'user' as const, id: orders.other, person: null }
process.stdout.write(`${JSON.stringify(await actAs(who, probe))}\n`)
