import { APP_SCHEMAS, type Queryable } from './ask.js'
import { byTable } from './tables.js'

export interface ForeignKey {
  name: string
  columns: string[]
  target: { schema: string; name: string; id: string; columns: string[] }
  onDelete: Action
  onUpdate: Action
  /** The columns that `on delete set …` sets. Null: all, because PostgreSQL before 15 cannot name them; else none. */
  setColumns: string[] | null
  matchFull: boolean
  /** False: rows older than the key were not checked yet (NOT VALID). */
  validated: boolean
  deferrable: boolean
  initiallyDeferred: boolean
  /** As PostgreSQL prints it: `FOREIGN KEY (tag) REFERENCES public.tags(name) ON DELETE CASCADE`. */
  declared: string
  comment: string | null
}

/** What a foreign key does with its rows when the row that they reference goes or changes. */
type Action = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'

export interface Index {
  name: string
  /** Key columns in order; null is an expression. */
  columns: (string | null)[]
  unique: boolean
  primary: boolean
  /** False: left over from an interrupted concurrent build; nothing may rely on it. */
  valid: boolean
  partial: boolean
  definition: string
}

export interface CheckConstraint {
  name: string
  definition: string
  validated: boolean
}

export interface TableKeys {
  primaryKey: string[]
  foreignKeys: ForeignKey[]
  indexes: Index[]
  checks: CheckConstraint[]
}

const ACTIONS = { a: 'no action', r: 'restrict', c: 'cascade', n: 'set null', d: 'set default' } as const

/** `confdelsetcols`, which PostgreSQL has from 15; by default all columns are set. */
const SET_COLUMNS = `coalesce((select array_agg(v::int2) from
  jsonb_array_elements_text(nullif(to_jsonb(k) -> 'confdelsetcols', 'null')) v), k.conkey)`

const names = (relation: string, numbers: string) =>
  `array(select (select attname from pg_attribute where attrelid = ${relation} and attnum = u.number)
    from unnest(${numbers}) with ordinality u(number, place) order by place)::text[]`

/** Primary keys, foreign keys, indexes and checks of the app's tables, by table oid. */
export async function readKeys(client: Queryable): Promise<(oid: number) => TableKeys> {
  const foreign = await byTable<
    Omit<ForeignKey, 'target' | 'onDelete' | 'onUpdate'> & {
      schema: string
      target: string
      targetColumns: string[]
      deletes: keyof typeof ACTIONS
      updates: keyof typeof ACTIONS
    }
  >(
    client,
    `select k.conrelid as oid, k.conname as name, ${names('k.conrelid', 'k.conkey')} as columns,
      tn.nspname as schema, t.relname as target, ${names('k.confrelid', 'k.confkey')} as "targetColumns",
      k.confdeltype as deletes, k.confupdtype as updates, k.confmatchtype = 'f' as "matchFull",
      case when k.confdeltype not in ('n', 'd') then '{}'
        when current_setting('server_version_num')::int >= 150000 then ${names('k.conrelid', SET_COLUMNS)} end as "setColumns",
      k.convalidated as validated, k.condeferrable as deferrable, k.condeferred as "initiallyDeferred",
      pg_get_constraintdef(k.oid) as declared, obj_description(k.oid, 'pg_constraint') as comment
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_class t on t.oid = k.confrelid join pg_namespace tn on tn.oid = t.relnamespace
    -- Those that PostgreSQL derives for partitions come and go with their own.
    where k.contype = 'f' and k.conparentid = 0 and ${APP_SCHEMAS} order by 1, k.conname collate "C"`,
  )
  const indexes = await byTable<Index>(
    client,
    `select i.indrelid as oid, x.relname as name, i.indisunique as unique, i.indisprimary as primary,
      i.indisvalid and i.indisready as valid, i.indpred is not null as partial,
      ${names('i.indrelid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')} as columns,
      pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class x on x.oid = i.indexrelid join pg_class c on c.oid = i.indrelid
    join pg_namespace n on n.oid = c.relnamespace where ${APP_SCHEMAS} order by 1, x.relname collate "C"`,
  )
  const checks = await byTable<CheckConstraint>(
    client,
    `select k.conrelid as oid, k.conname as name, pg_get_constraintdef(k.oid) as definition,
      k.convalidated as validated
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where k.contype = 'c' and ${APP_SCHEMAS} order by 1, k.conname collate "C"`,
  )
  return (oid) => {
    const ofTable = indexes.get(oid) ?? []
    const primary = ofTable.find((index) => index.primary)
    return {
      primaryKey: (primary?.columns ?? []).filter((column) => column !== null),
      foreignKeys: (foreign.get(oid) ?? []).map(
        ({ schema, target, targetColumns, deletes, updates, ...key }) => ({
          ...key,
          target: { schema, name: target, id: `${schema}.${target}`, columns: targetColumns },
          onDelete: ACTIONS[deletes],
          onUpdate: ACTIONS[updates],
        }),
      ),
      indexes: ofTable,
      checks: checks.get(oid) ?? [],
    }
  }
}
