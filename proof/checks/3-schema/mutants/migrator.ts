import pg from 'pg'
import * as real from '../../../../src/database/migrator.js'
import { replacing } from '../../../gate/replace/replacing.js'

const TABLES = `select string_agg(c.oid::regclass::text, ', ') as tables from pg_class c
  where c.relkind in ('r', 'p') and c.relnamespace in (select oid from pg_namespace
    where nspname <> 'usertwo' and nspname <> 'information_schema' and nspname not like 'pg_%')
  and c.oid is distinct from to_regclass($1)`

export default replacing(import.meta.url, '../../../../src/database/migrator.js', {
  /** Rolling back empties every table of the app except that of its users. */
  empties: {
    async down(url, options) {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      try {
        const { rows } = await client.query<{ tables: string }>(TABLES, [options.users.table])
        await client.query(`truncate ${rows[0]!.tables}`)
      } finally {
        await client.end()
      }
      return real.down(url, options)
    },
  },
} satisfies Record<string, Partial<typeof real>>)
