import { migrate, status } from '../../../src/database/migrator.js'
import { withClient } from '../../../src/database/with-client.js'
import type { Check } from '../../gate/check.js'
import { dumpSchema } from '../../postgres/schema-dump.js'
import { schemaDifference } from './schema-difference.js'

export const appliedTwice: Check = {
  id: 'schema.applied-twice',
  title: 'Migrating again, even twice at the same time, changes nothing',
  proves: ['S5'],
  fix: 'Look at `usertwo migrate status`: the schema and the ledger of applied migrations differ.',
  async run({ config, database }) {
    const dump = () => withClient(database.url, 'gate', dumpSchema)
    const how = { phase: 3, users: config.users, ownerId: config.owner.id }
    const applied = (await status(database.url)).filter((one) => one.appliedAt !== null)
    const before = await dump()
    const runs = await Promise.allSettled([migrate(database.url, how), migrate(database.url, how)])
    const problems = runs.flatMap((run) => {
      if (run.status === 'rejected') return [{ what: 'migrating again failed', got: String(run.reason) }]
      return run.value.applied.map((name) => ({ what: `migration ${name} was applied a second time` }))
    })
    problems.push(...schemaDifference(before, await dump(), 'after migrating again'))
    return { exercised: applied.length, unit: 'migrations', problems }
  },
  mutants: [
    {
      name: 'the ledger lacks a migration',
      names: 'migrating again failed',
      by: { sql: "delete from usertwo.migrations where name like '%credentials%'" },
    },
  ],
}
