import { FUZZ_TABLES } from './schema.js'

/** A part of the database's isolation, removed by SQL of a superuser. */
export interface PolicyRemoval {
  what: string
  seenBy: 'reads' | 'writes'
  sql: string
}

const OWNED = FUZZ_TABLES.filter((table) => table.owner !== null)
const COMMANDS = ['select', 'insert', 'update', 'delete'] as const
/** Requests may not create or delete users, so these two policies never apply. */
const SILENT = ['users insert', 'users delete']

const each = (sql: (table: string) => string) => OWNED.map(({ name }) => sql(name)).join('; ')

const dropped = OWNED.flatMap(({ name, access }) =>
  [
    ...COMMANDS.filter((command) => !SILENT.includes(`${name} ${command}`)),
    ...(access === 'readable' ? ['readable'] : []),
  ].map((policy) => ({
    what: `the policy usertwo_${policy} of ${name}`,
    seenBy: /select|readable/.test(policy) ? ('reads' as const) : ('writes' as const),
    sql: `drop policy usertwo_${policy} on ${name}`,
  })),
)

const open = OWNED.map(({ name }) => ({
  what: `row security of ${name}`,
  seenBy: 'reads' as const,
  sql: `alter table ${name} disable row level security`,
}))

/**
 * The removals. The fuzz must find a difference for each. The system's policy is not among them, because it
 * applies to no request.
 */
export const POLICY_REMOVALS: readonly PolicyRemoval[] = [
  ...open,
  ...dropped,
  ...(['select', 'update', 'delete'] as const).map((command) => ({
    what: `the condition of ${command} policies`,
    seenBy: command === 'select' ? ('reads' as const) : ('writes' as const),
    sql: each((table) => `alter policy usertwo_${command} on ${table} using (true)`),
  })),
  ...(['insert', 'update'] as const).map((command) => ({
    what: `WITH CHECK of ${command} policies`,
    seenBy: 'writes' as const,
    sql: each((table) => `alter policy usertwo_${command} on ${table} with check (true)`),
  })),
  {
    what: 'FORCE',
    seenBy: 'reads',
    sql: each((table) => `alter table ${table} no force row level security`),
  },
  {
    what: 'the request role in the policy of readable tables',
    seenBy: 'reads',
    sql: 'alter policy usertwo_readable on posts using (true)',
  },
  {
    what: 'the keys from child to parent',
    seenBy: 'writes',
    sql: `do $$ declare k record; begin
      for k in select conname, conrelid::regclass as t from pg_constraint where contype = 'f' and condeferred
      loop execute format('alter table %s drop constraint %I', k.t, k.conname); end loop; end $$`,
  },
  {
    what: 'the stamp of new rows',
    seenBy: 'writes',
    sql: OWNED.filter((table) => table.access !== 'self')
      .map(({ name, owner }) => `alter table ${name} alter ${owner} set default 1`)
      .join('; '),
  },
  {
    what: 'the current user in usertwo.uid()',
    seenBy: 'reads',
    sql: `do $$ begin execute replace(pg_get_functiondef('usertwo.uid'::regproc),
      'return pg_catalog.current_setting(''usertwo.user_id'', true)', 'return 1'); end $$`,
  },
]
