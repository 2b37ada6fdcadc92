import { APP_SCHEMAS } from '../../../src/database/catalog/ask.js'
import { q } from '../../../src/database/quoted.js'
import type { GateDatabase } from '../../gate/gate.js'

/** A message that triggers an app's error reporters. */
export const FAULT = 'OperationalError: timeout in unique constraint "gate_fault_detail"'

/**
 * Lets every later write to a table of the app fail in the database, with a message that no client should
 * see.
 */
export async function breakWrites(database: GateDatabase): Promise<void> {
  const tables = await database.sql<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and ${APP_SCHEMAS} and c.relname not like 'knex_%'`,
  )
  await database.sql(
    `create function public.gate_fault() returns trigger language plpgsql as $$ begin raise exception '${FAULT}'; end $$`,
  )
  for (const { name } of tables)
    await database.sql(
      `create trigger gate_fault before insert or update or delete on ${name}
       for each statement execute function public.gate_fault()`,
    )
}

/** Cuts the app off from its database: ends its connections and refuses new ones. */
export async function takeDatabaseAway(database: GateDatabase): Promise<void> {
  await database.sql(`alter database ${q(database.name)} with connection limit 0`)
  await database.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'usertwo gate'`,
  )
}
