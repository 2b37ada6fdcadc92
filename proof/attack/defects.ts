import { type Config, ownedIn } from '../../src/config/config.js'
import { quotedTable } from '../../src/database/quoted.js'
import scopeKnex from './mutants/scope-knex.js'

/** What a campaign says where a person was shown or has changed a row of the other's, with its table. */
export function crossedIn(config: Config): RegExp {
  const tables = ownedIn(config).map(([name]) => name.replace(/\W/g, '\\$&'))
  const said = 'of the (?:owner|other) was shown to another user|^rows of another user in .+ were changed'
  return new RegExp(`(?:${said})[^]*^(?:${tables.join('|')})\\b`, 'm')
}

/** The app as it would be without the query layer. */
export const WITHOUT_QUERY_LAYER = [scopeKnex.off]

/**
 * The database as it would be without row-level security, for what the app sends. What a statement fires, a trigger of the app,
 * keeps the policies: no layer above the database sees it. The first policy by name, so that no other refuses before it.
 */
export const WITHOUT_POLICIES = `do $$ declare t regclass; p record; begin
  for p in select polname, polrelid::regclass as t from pg_policy where not polpermissive
  loop execute format('drop policy %I on %s', p.polname, p.t); end loop;
  for t in select oid::regclass from pg_class where relrowsecurity and relkind in ('r', 'p')
  loop execute format('create policy "0_usertwo_off" on %s using (pg_trigger_depth() = 0)', t); end loop; end $$`

/** The database without row-level security on one table, for triggers too. */
export const withoutPolicy = (table: string) => `alter table ${quotedTable(table)} disable row level security`

/** Policies whose WITH CHECK lets everything in. */
export const WITH_ANY_CHECK = `do $$ declare p record; begin
  for p in select polname, polrelid::regclass as t from pg_policy where polwithcheck is not null and polcmd <> '*'
  loop execute format('alter policy %I on %s with check (true)', p.polname, p.t); end loop; end $$`

/** The database as it would be if it took any key that a request gives. */
export const WITHOUT_KEY_TRIGGERS = `do $$ declare t record; begin
  for t in select tgname, tgrelid::regclass as at from pg_trigger where tgname ~ '^usertwo_(key|same)_' and tgparentid = 0
  loop execute format('drop trigger %I on %s', t.tgname, t.at); end loop; end $$`
