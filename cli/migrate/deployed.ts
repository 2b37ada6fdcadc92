import type pg from 'pg'
import { type AppFunction, appFunctions } from '../../proof/statements/functions.js'
import { APP_SCHEMAS, notOfExtension } from '../../src/database/catalog/ask.js'
import { ADDED } from '../../src/database/catalog.js'
import { literal, q } from '../../src/database/quoted.js'
import { withClient } from '../../src/database/with-client.js'

/** What the app's own migrations may not make, though the deployed database has it. */
export interface Deployed {
  functions: AppFunction[]
  triggers: { name: string; definition: string; drop: string }[]
  /** `table notes`, `column notes.color` */
  columns: string[]
}

export async function readDeployed(client: pg.Client): Promise<Deployed> {
  const { rows: triggers } = await client.query<Deployed['triggers'][number]>(
    `select pg_catalog.format('%s on %s', g.tgname, c.relname) as name, pg_catalog.pg_get_triggerdef(g.oid) as definition,
      pg_catalog.format('drop trigger if exists %I on %I.%I', g.tgname, n.nspname, c.relname) as drop
    from pg_catalog.pg_trigger g join pg_catalog.pg_class c on c.oid = g.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_proc p on p.oid = g.tgfoid
    where not g.tgisinternal and ${APP_SCHEMAS} and p.pronamespace is distinct from pg_catalog.to_regnamespace('usertwo')
    order by 1`,
  )
  const { rows } = await client.query<{ relation: string; column: string }>(
    `select c.relname::text as relation, a.attname::text as column from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and ${APP_SCHEMAS} and ${notOfExtension('pg_class', 'c.oid')}
      and not pg_catalog.starts_with(coalesce(pg_catalog.col_description(c.oid, a.attnum), ''), ${literal(ADDED)})
    order by c.relname, a.attnum`,
  )
  const columns = rows.flatMap(({ relation, column }) => [
    `table ${relation}`,
    `column ${relation}.${column}`,
  ])
  return { functions: await appFunctions(client), triggers, columns: [...new Set(columns)] }
}

/**
 * Makes the functions and triggers of the deployed database on a copy that the app's own migrations have made.
 *
 * @returns what the copy lacks all the same: statements that need it are not tried as deployed
 */
export function takeOver(deployed: Deployed, adminUrl: string): Promise<string[]> {
  return withClient(adminUrl, 'migrate plan', async (client) => {
    const copy = await readDeployed(client)
    const missing = deployed.columns.filter((one) => !copy.columns.includes(one))
    // Of a table that is missing, the columns are not named too.
    const lacks = missing
      .filter((one) => !missing.includes(one.replace(/^column (.*)\..*$/, 'table $1')) || /^table/.test(one))
      .map((one) => `${one}: the app's own migrations do not make it`)
    const { rows } = await client.query<{ owner: string }>(
      'select pg_catalog.pg_get_userbyid(datdba)::text as owner from pg_catalog.pg_database where datname = current_database()',
    )
    const make = async (what: string, definition: string) => {
      await client
        .query(
          `begin; set local check_function_bodies = off; set local role ${q(rows[0]!.owner)}; ${definition}; commit`,
        )
        .catch(async (error: Error) => {
          await client.query('rollback')
          lacks.push(
            `${what}: the app's own migrations do not make it so, and the copy refuses it: ${error.message}`,
          )
        })
    }
    const made = new Set([...copy.functions, ...copy.triggers].map(({ definition }) => definition))
    for (const { name, definition } of deployed.functions)
      if (!made.has(definition)) await make(`function ${name}`, definition)
    for (const { name, definition, drop } of deployed.triggers)
      if (!made.has(definition)) await make(`trigger ${name}`, `${drop}; ${definition}`)
    return lacks
  })
}
