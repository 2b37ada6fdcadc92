import { down, migrate } from '../../../src/database/migrator.js'
import { withClient } from '../../../src/database/with-client.js'
import type { Check, Evidence } from '../../gate/check.js'
import { dumpSchema } from '../../postgres/schema-dump.js'
import { schemaDifference } from './schema-difference.js'

class Interrupted extends Error {}

export const interrupted: Check = {
  id: 'schema.interrupted',
  title: 'A migration interrupted at any statement reaches the same schema when it runs again',
  proves: ['S5'],
  fix: 'A migration leaves something behind with which its next run fails; the evidence names it.',
  timeout: 300_000,
  async run({ config, database, signal }) {
    const how = { users: config.users, ownerId: config.owner.id }
    const dump = () => withClient(database.url, 'gate', dumpSchema)
    const before = await dump()
    const problems: Evidence[] = []
    let exercised = 0
    for (let at = 1; problems.length === 0 && !signal.aborted; at++) {
      await down(database.url, { ...how, to: 2 })
      let count = 0
      let place = ''
      try {
        await migrate(database.url, {
          ...how,
          phase: 3,
          onStatement: ({ migration, sql }) => {
            place = `${migration}, before "${sql.trim().split('\n', 1)[0]}"`
            if (++count === at) throw new Interrupted(place)
          },
        })
        break
      } catch (error) {
        if (count < at) throw error
      }
      exercised++
      const when = `cut off in ${place} and run again`
      try {
        await migrate(database.url, { ...how, phase: 3 })
        problems.push(...schemaDifference(before, await dump(), when))
      } catch (error) {
        problems.push({ what: `${when}: it failed`, got: String(error) })
      }
    }
    return { exercised, unit: 'interruptions', problems }
  },
  mutants: [
    {
      name: 'an index of the migrations is missing in the schema',
      names: 'usertwo_users_email',
      by: { sql: 'drop index usertwo_users_email' },
    },
  ],
}
