import pg from 'pg'
import type { Check } from '../../../gate/check.js'
import { readRequestRole } from '../enforcement.js'
import { ownershipPlan } from '../ownership/from-config.js'
import { lintOwnership } from '../ownership/lint.js'

const threads = (sql: string) => sql.replaceAll('%', '"threads"')

export const schema: Check = {
  id: 'isolation.schema',
  title:
    'Every owned table keeps its rows apart by itself: forced policies, owners, keys, plain request role',
  proves: ['S6', 'T1'],
  fix: 'Run: usertwo migrate up. What it cannot repair is named with its cure.',
  async run({ config, database }) {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      const login = (await client.query<{ login: string }>('select current_user::text as login')).rows[0]!
        .login
      const found = await lintOwnership(client, ownershipPlan(config, await readRequestRole(client), login))
      const tables = Object.keys(config.tables).length + 1
      return {
        exercised: tables,
        unit: 'tables',
        problems: found.map(({ rule, table, what, fix }) => ({
          what: `${what} (${rule}); ${fix}`,
          table: table ?? undefined,
        })),
      }
    } finally {
      await client.end()
    }
  },
  mutations: [
    { name: 'row security not forced', by: { sql: threads('alter table % no force row level security') } },
    {
      name: 'an always-true policy beside the others',
      by: { sql: threads('create policy open on % using (true)') },
    },
    {
      name: 'the literal 1 left as owner default',
      by: { sql: threads('alter table % alter user_id set default 1') },
    },
    { name: 'an unclassified table', by: { sql: 'create table diary (id serial primary key, text text)' } },
    {
      name: 'the request role may truncate',
      by: {
        sql: `do $$ declare r text; begin select (regexp_match(prosrc, 'current_user = ''([^'']+)'''))[1] into r
          from pg_proc where proname = 'uid' and pronamespace = 'usertwo'::regnamespace;
          execute format('grant truncate on threads to %I', r); end $$`,
      },
    },
  ],
}
