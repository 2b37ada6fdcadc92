import { literal, q, quotedTable } from '../../../database/quoted.js'
import type { Check } from '../../../tools/gate/check.js'

export const sequencePastOwner: Check = {
  id: 'schema.sequence-past-owner',
  title: 'The next user gets an id nobody has',
  proves: ['S5', 'A2'],
  fix: 'Run `usertwo migrate up`: it moves the sequence behind the id past every user there is.',
  async run({ config, database }) {
    const { table, id } = config.users
    const [found] = await database.sql<{ sequence: string | null; type: string }>(
      `select pg_get_serial_sequence($1, $2) as sequence, format_type(atttypid, null) as type
       from pg_attribute where attrelid = $1::regclass and attname = $2`,
      [quotedTable(table), id],
    )
    if (!found?.sequence) {
      const random = found?.type === 'uuid'
      const problems = random ? [] : [{ what: `${table}.${id} (${found?.type}) has no sequence`, table }]
      return { exercised: 1, unit: 'ids', problems, notes: ['ids are not counted: no sequence to move'] }
    }
    const [next] = await database.sql<{ id: string }>('select nextval($1::regclass)::text as id', [
      found.sequence,
    ])
    const [{ highest } = { highest: 0 }] = await database.sql<{ highest: number }>(
      `select max(${q(id)})::float8 as highest from ${quotedTable(table)}`,
    )
    const collides = Number(next!.id) <= highest
    const problems = collides
      ? [
          {
            what: 'the sequence gives the next user an id that is taken',
            table,
            expected: `more than ${highest}`,
            got: next!.id,
          },
        ]
      : []
    return { exercised: 1, unit: 'ids', problems }
  },
  mutants: ({ users }) => [
    {
      name: 'the sequence was never moved past the owner',
      names: 'the sequence gives the next user an id that is taken',
      by: {
        sql: `select setval(pg_get_serial_sequence(${[quotedTable(users.table), users.id].map(literal).join(', ')}), 1, false)`,
      },
    },
  ],
}
