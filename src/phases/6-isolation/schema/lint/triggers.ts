import { APP_SCHEMAS, notOfExtension, type Queryable, RULE_ACTS } from '../../../../database/catalog/ask.js'
import { isWord, meaningOf, withoutComments } from '../../../../sql/meaning.js'
import { tokensOf } from '../../../../sql/tokens.js'
import type { Owned } from '../plan/ownership-plan.js'
import type { LintContext, OwnershipFinding } from './finding.js'

interface Written {
  /** `schema.name`; of a function with its argument types */
  id: string
  body: string
  /** the function's own settings, `name=value` */
  settings: string[]
}

interface Fired extends Written {
  name: string
  on: string
  definer: boolean
  role: string
}

/**
 * Finds what writes rows outside of queries: triggers, rules, and functions that change the current user. A
 * trigger that writes as its caller is fine: the column's default stamps the owner that it leaves out, and
 * the policies apply. Only what departs from that is reported.
 */
export async function lintTriggers(
  client: Queryable,
  { resolved }: LintContext,
): Promise<OwnershipFinding[]> {
  const written = await functionsOf(client)
  const fired = await triggersOf(client)
  return [
    ...fired.flatMap((trigger) => [...asItsOwner(trigger), ...ownersNamed(trigger, resolved.owned)]),
    ...(await rulesOf(client)),
    ...written.flatMap(changesUser),
  ]
}

function asItsOwner({ definer, name, on, id, role }: Fired): OwnershipFinding[] {
  if (!definer) return []
  const what = `trigger ${name} runs ${id} as ${role}, not as the role that wrote the row`
  return [{ rule: 'trigger-definer', table: on, what, fix: `alter function ${id} security invoker` }]
}

/** A trigger that sets the owner: with a literal id a second user's row is refused, or gets the first user's id. */
function ownersNamed({ name, on, id, body }: Fired, owned: readonly Owned[]): OwnershipFinding[] {
  const text = withoutComments(body)
  const found = (table: string, column: string): OwnershipFinding => ({
    rule: 'trigger-owner',
    table,
    what: `trigger ${name} on ${on} writes ${column} itself (${id})`,
    fix: `leave ${column} out: its default is the current user; or take it from new.${column} or old.${column}`,
  })
  return owned.flatMap(({ table, owner }) => [
    ...(table.id === on && assigns(text, owner) ? [found(table.id, owner)] : []),
    ...insertsInto(text, table.name)
      .filter(({ columns, values }) => isLiteral(values[columns.indexOf(owner)]))
      .map(() => found(table.id, owner)),
  ])
}

/** `new.owner := 7`, `new.owner = 7` as a statement, `… into new.owner`; not a comparison, not the current user. */
function assigns(text: string, owner: string): boolean {
  const column = `new\\s*\\.\\s*"?${escaped(owner)}"?`
  const statement = new RegExp(
    `(?:${column}\\s*:=|(?:;|\\bbegin|\\bthen|\\belse|\\bloop)\\s*${column}\\s*=)([^;]*);`,
    'gi',
  )
  if (new RegExp(`\\binto\\s+(?:strict\\s+)?${column}`, 'i').test(text)) return true
  return [...text.matchAll(statement)].some(([, value]) => isLiteral(value))
}

/** Returns every `insert into table (columns) values (values)` of the text. */
function insertsInto(text: string, table: string): { columns: string[]; values: string[] }[] {
  const insert = new RegExp(
    `\\binsert\\s+into\\s+(?:"?[\\w$]+"?\\s*\\.\\s*)?"?${escaped(table)}"?\\s*\\(([^)]*)\\)\\s*(?:values\\s*\\(|select\\b)`,
    'gi',
  )
  return [...text.matchAll(insert)].map((match) => ({
    columns: match[1]!.split(',').map((name) => name.trim().replaceAll('"', '')),
    values: listed(text.slice(match.index + match[0].length)),
  }))
}

/** Returns the expressions of a list, up to its end; commas inside parentheses and quotes do not separate. */
function listed(text: string): string[] {
  const starts: number[] = [0]
  const ends: number[] = []
  let depth = 0
  for (const token of tokensOf(text)) {
    if (token.text === '(') depth++
    if (token.text === ')') depth--
    const isEnd = depth < 0 || token.text === ';' || (depth === 0 && isWord(token, 'from'))
    if (isEnd || (token.text === ',' && depth === 0)) ends.push(token.start)
    if (isEnd) break
    if (starts.length === ends.length) starts.push(token.end)
  }
  return starts.map((start, at) => text.slice(start, ends[at]).trim())
}

/** Whether a value is a number or a text, with or without a cast. */
function isLiteral(value: string | undefined): boolean {
  const [one, cast, type, ...more] = meaningOf(value ?? '')
  if (one?.kind === 'number') return cast === undefined
  return (
    one?.kind === 'string' && more.length === 0 && (!cast || (cast.text === '::' && type?.kind === 'word'))
  )
}

function changesUser({ id, body, settings }: Written): OwnershipFinding[] {
  const text = withoutComments(body)
  const changes =
    settings.some((setting) => /^(usertwo\.user_id|role|session_authorization)=/.test(setting)) ||
    /set_config\s*\(\s*'(?:usertwo\.user_id|role)'/i.test(text) ||
    /\bset\s+(?:local\s+|session\s+)?(?:usertwo\s*\.|role\b|session\s+authorization\b)/i.test(text)
  if (!changes) return []
  const fix = `take that out of ${id}; work for everybody belongs into asSystem(reason, work)`
  return [{ rule: 'changes-user', table: id, what: 'changes who the current user is, inside a query', fix }]
}

/** The queries of a rule run with the rights of the table's owner: they reach tables that requests may not. */
async function rulesOf(client: Queryable): Promise<OwnershipFinding[]> {
  const { rows } = await client.query<{ name: string; on: string }>(
    `select r.rulename as name, n.nspname || '.' || c.relname as on
    from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where ${RULE_ACTS}
      and r.ev_enabled <> 'D' and ${APP_SCHEMAS}
      and ${notOfExtension('pg_class', 'c.oid')} order by 2, 1`,
  )
  return rows.map(({ name, on }) => ({
    rule: 'rule',
    table: on,
    what: `rule ${name} runs queries with the rights of the table's owner`,
    fix: `drop rule ${name} on ${on}; a trigger with a security invoker function does the same with the caller's rights`,
  }))
}

async function triggersOf(client: Queryable): Promise<Fired[]> {
  const { rows } = await client.query<Fired>(
    `select t.tgname as name, n.nspname || '.' || c.relname as on, p.prosecdef as definer,
      pg_catalog.pg_get_userbyid(p.proowner) as role, coalesce(p.prosrc, '') as body,
      coalesce(p.proconfig, '{}') as settings,
      pn.nspname || '.' || p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' as id
    from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_proc p on p.oid = t.tgfoid join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace
    where not t.tgisinternal and t.tgenabled <> 'D' and pn.nspname <> 'usertwo' and ${APP_SCHEMAS} order by 2, 1`,
  )
  return rows
}

async function functionsOf(client: Queryable): Promise<Written[]> {
  const { rows } = await client.query<Written>(
    `select n.nspname || '.' || p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' as id,
      coalesce(p.prosrc, '') as body, coalesce(p.proconfig, '{}') as settings
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where ${APP_SCHEMAS} and ${notOfExtension('pg_proc', 'p.oid')} order by 1`,
  )
  return rows
}

const escaped = (name: string) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
