import { literal, q, quotedTable } from '../../../src/database/quoted.js'
import type { Check, Finding } from '../../gate/check.js'

const NEVER_MOVED = 'the sequence was never moved past the owner'
const ONE_FOR_ALL = 'every new user gets the id of the owner'

export const sequencePastOwner: Check = {
  id: 'schema.sequence-past-owner',
  title: 'The next user gets an unused id',
  proves: ['S5', 'A2'],
  fix: 'Run `usertwo migrate up`: it moves the sequence of the id past every existing user.',
  async run({ config, database }): Promise<Finding> {
    const { table, id } = config.users
    const [found] = await database.sql<{ sequence: string | null; type: string; made: string | null }>(
      `select pg_get_serial_sequence($1, $2) as sequence, format_type(atttypid, null) as type,
         pg_get_expr(d.adbin, d.adrelid) as made
       from pg_attribute left join pg_attrdef d on d.adrelid = attrelid and d.adnum = attnum
       where attrelid = $1::regclass and attname = $2`,
      [quotedTable(table), id],
    )
    if (!found?.sequence) {
      const isCounted = /int|numeric/.test(found?.type ?? '')
      const [{ taken } = { taken: false }] = found?.made
        ? await database.sql<{ taken: boolean }>(
            `select (${found.made})::text in (select ${q(id)}::text from ${quotedTable(table)}) as taken`,
          )
        : []
      return {
        exercised: 1,
        unit: 'ids',
        problems: [
          ...(isCounted ? [{ what: `${table}.${id} (${found?.type}) has no sequence`, table }] : []),
          ...(taken
            ? [{ what: 'the default gives the next user an id that is taken', table, got: found!.made! }]
            : []),
        ],
        notes: ['ids are not counted: no sequence to move'],
        ignored: { [NEVER_MOVED]: 'ids are not counted' },
      }
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
    return { exercised: 1, unit: 'ids', problems, ignored: { [ONE_FOR_ALL]: 'ids are counted' } }
  },
  mutants: ({ users, owner }) => [
    {
      name: NEVER_MOVED,
      names: 'the sequence gives the next user an id that is taken',
      by: {
        sql: `select setval(pg_get_serial_sequence(${[quotedTable(users.table), users.id].map(literal).join(', ')}), 1, false)`,
      },
    },
    {
      name: ONE_FOR_ALL,
      names: 'the default gives the next user an id that is taken',
      by: {
        sql: `alter table ${quotedTable(users.table)} alter column ${q(users.id)} set default ${literal(owner.id)}`,
      },
    },
  ],
}
