import { withClient } from '../../src/database/with-client.js'
import type { Clone } from '../postgres/throw-away.js'

/**
 * A policy in the copy that shows all rows of its tables to the login itself, with which tests look at rows:
 * before there was a second user it saw everything. Requests run in another role, to which this policy does
 * not apply.
 */
const SEES_ALL = `do $$ declare one record; login text := pg_catalog.pg_get_userbyid(
    (select datdba from pg_catalog.pg_database where datname = current_database()));
begin
  for one in select c.oid::regclass as place from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and c.relrowsecurity and n.nspname <> 'usertwo'
  loop
    execute format('create policy own_tests on %s for all to %I using (current_user = %L) with check (current_user = %L)',
      one.place, login, login, login);
  end loop;
end $$`

/** @param clone a copy of a database that a gate has prepared */
export async function letTestsSeeAll({ adminUrl }: Clone): Promise<void> {
  await withClient(adminUrl, 'tests', (client) => client.query(SEES_ALL))
}
