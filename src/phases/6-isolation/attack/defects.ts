import type { Edit } from '../../../gate/check.js'

/** The app as it would be without the query layer. */
export const WITHOUT_QUERY_LAYER: Edit[] = [
  { file: 'dist/scope.js', find: 'return scopeKnex(db,', replace: 'return ((same) => same)(db,' },
]

/** The database as it would be without row-level security. */
export const WITHOUT_POLICIES = `do $$ declare t regclass; begin
  for t in select oid::regclass from pg_class where relrowsecurity and relkind = 'r'
  loop execute format('alter table %s disable row level security', t); end loop; end $$`

/** …without it on one table. */
export const withoutPolicy = (table: string) => `alter table "${table}" disable row level security`
