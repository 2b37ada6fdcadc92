import { quotedTable } from '../../../src/database/quoted.js'
import { loginField } from '../../../src/phases/4-auth/accounts/names.js'
import { missingMigrations } from '../../../src/phases/6-isolation/schema/missing.js'
import type { Check, Evidence } from '../../gate/check.js'
import { asLogin } from './as-login.js'
import accounts from './mutants/accounts.js'

const NO_ADMIN = 'the owner is not an administrator'
const KEEPS_LOGIN = 'the app keeps its own login, and no owner is claimed'

export const migrations: Check = {
  id: 'rollout.migrations',
  title: 'Every migration is applied, ownership is complete, and the owner is claimed',
  proves: ['R1'],
  fix: 'Run: usertwo migrate up; then claim the owner with the code of: usertwo claim.',
  async run(gate) {
    await gate.people()
    const { auth, users, owner, tables } = gate.config
    const missing = await asLogin(gate.database.url, (client) =>
      missingMigrations(client, gate.config, gate.phase),
    )
    const problems: Evidence[] = missing.map((name) => ({ what: `not applied: ${name}` }))
    const facts = Object.keys(tables).length
    if (auth.by === 'app')
      return { exercised: 1 + facts, unit: 'facts', problems, ignored: { [NO_ADMIN]: KEEPS_LOGIN } }
    const [claimed] = await gate.database.sql<{
      login: string | null
      is_admin: boolean
      hash: string | null
    }>(
      `select u.${loginField(gate.config)} as login, u.is_admin, c.password_hash as hash from ${quotedTable(users.table)} u
       left join usertwo.credentials c on c.user_id = u.${quotedTable(users.id)} where u.${quotedTable(users.id)}::text = $1`,
      [String(owner.id)],
    )
    if (!claimed?.login || !claimed.hash)
      problems.push({ what: `${users.table}.${users.id} ${owner.id} is not claimed`, table: users.table })
    else if (!claimed.is_admin)
      problems.push({ what: 'the user who claimed the owner is not an administrator', table: users.table })
    return { exercised: 2 + facts, unit: 'facts', problems }
  },
  mutants: [
    {
      name: 'a migration missing in the ledger',
      names: /not applied: \d{4}-/,
      by: { sql: `delete from usertwo.migrations where name = (select min(name) from usertwo.migrations)` },
    },
    {
      name: 'row security not forced',
      names: 'row security',
      by: {
        sql: `do $$ declare one regclass; begin
          for one in select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relforcerowsecurity and n.nspname <> 'usertwo'
          loop execute format('alter table %s no force row level security', one); end loop;
        end $$`,
      },
    },
    {
      name: NO_ADMIN,
      names: 'the user who claimed the owner is not an administrator',
      by: { replace: [accounts.noAdmin] },
    },
  ],
}
