import type { Queryable } from '../../../../database/catalog/ask.js'
import type { Resolved } from '../plan/ownership-plan.js'
import { uidState } from '../plan/uid.js'
import { NO_RIGHTS, wantedRights } from '../rights/grants.js'
import { isReference } from '../rights/views-for-requests.js'
import { type LintContext, type OwnershipFinding, RECONCILE } from './finding.js'

/** Checks that the request role is plain and reaches only what the plan opens, and that policies apply to the login too. */
export async function lintReach(client: Queryable, { resolved }: LintContext): Promise<OwnershipFinding[]> {
  return [
    ...lintUnclassified(resolved),
    ...(await lintRoles(client, resolved)),
    ...(await lintRights(client, resolved)),
    ...(await lintUid(client, resolved)),
  ]
}

function lintUnclassified({ unclassified }: Resolved): OwnershipFinding[] {
  return unclassified.map((table) => ({
    rule: 'unclassified',
    table: table.id,
    what: 'is not classified; requests cannot reach it',
    fix: "name it in the configuration's tables: an owner column, 'reference', 'session' or 'closed'",
  }))
}

interface Role {
  name: string
  privileged: string[]
  owns: string[]
  member: string[]
  creates: string[]
}

async function lintRoles(client: Queryable, { plan, catalog }: Resolved): Promise<OwnershipFinding[]> {
  const owners = [...new Set([...catalog.tables, ...catalog.views].map((one) => one.owner)), plan.login]
  const { rows } = await client.query<Role>(
    `select r.rolname as name,
      array(select t.word from (values (r.rolsuper, 'superuser'), (r.rolbypassrls, 'bypassrls'),
        (r.rolcreaterole, 'createrole'), (r.rolcreatedb, 'createdb'), (r.rolreplication, 'replication')) t(has, word)
        where t.has) as privileged,
      array(select n.nspname || '.' || c.relname from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relowner = r.oid and c.relkind in ('r', 'p', 'v', 'm') order by 1)::text[] as owns,
      array(select o.rolname from pg_catalog.pg_roles o where o.oid <> r.oid
        and (o.rolname = any($2) or o.rolsuper or o.rolbypassrls)
        and not r.rolsuper and pg_catalog.pg_has_role(r.oid, o.oid, 'member') order by 1)::text[] as member,
      array(select 'schema ' || n.nspname from pg_catalog.pg_namespace n
        where n.nspname not like 'pg\\_%' and pg_catalog.has_schema_privilege(r.oid, n.oid, 'create')
        union all select 'the database' where pg_catalog.has_database_privilege(r.oid, current_database(), 'create')
        order by 1)::text[] as creates
    from pg_catalog.pg_roles r where r.rolname = any($1)`,
    [[plan.requestRole, plan.login], owners],
  )
  return rows.flatMap(({ name, privileged, owns, member, creates }) => {
    const request = name === plan.requestRole
    const found = (rule: string, what: string, fix: string): OwnershipFinding => ({
      rule,
      table: name,
      what,
      fix,
    })
    // Policies cannot stop a superuser or BYPASSRLS; the other attributes matter for requests only.
    const wild = request ? privileged : privileged.filter((word) => /superuser|bypassrls/.test(word))
    const rule = request ? 'request-role' : 'login-role'
    const findings: OwnershipFinding[] = []
    if (wild.length > 0) {
      const fix = request
        ? `alter role ${name} ${wild.map((word) => `no${word}`).join(' ')}`
        : `use a plain login, or alter role ${name} in database … set role = a plain role that owns the tables`
      findings.push(found(rule, `is ${wild.join(', ')}: policies do not bind it`, fix))
    }
    if (!request || privileged.includes('superuser')) return findings
    if (owns.length > 0)
      findings.push(found(rule, `owns ${owns.join(', ')}`, `alter table … owner to ${plan.login}`))
    if (member.length > 0)
      findings.push(
        found(rule, `is a member of ${member.join(', ')}`, `revoke ${member.join(', ')} from ${name}`),
      )
    if (creates.length > 0)
      findings.push(
        found(
          rule,
          `may create in ${creates.join(', ')}`,
          `revoke create on ${creates.join(', ')} from public, ${name}`,
        ),
      )
    return findings
  })
}

/** Rights as they are in effect, including those through `public` and through other roles. */
async function lintRights(client: Queryable, resolved: Resolved): Promise<OwnershipFinding[]> {
  const role = resolved.plan.requestRole
  const { rows } = await client.query<{ oid: number; id: string; toolkit: boolean; rights: string[] }>(
    `select c.oid, n.nspname || '.' || c.relname as id, n.nspname = 'usertwo' as toolkit,
      array(select p from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
        where has_table_privilege($1, c.oid, p)
          or (p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and has_any_column_privilege($1, c.oid, p))
        order by p) as rights
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'f', 'm') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
      and not (select rolsuper from pg_catalog.pg_roles where rolname = $1)
    order by 2`,
    [role],
  )
  return rows.flatMap(({ oid, id, rights }) => {
    const table = resolved.catalog.tables.find((one) => one.oid === oid)
    const copy = resolved.catalog.views.find((one) => one.oid === oid)
    // The missing rights of a materialized view are a step of the plan.
    if (copy && isReference(resolved, copy) && String(rights) === 'SELECT') return []
    const wanted = table ? wantedRights(resolved, table) : NO_RIGHTS
    const allowed = [
      ...wanted.table,
      ...(wanted.update.length > 0 ? ['UPDATE'] : []),
      ...(wanted.insert.length > 0 ? ['INSERT'] : []),
    ]
    const surplus = rights.filter((right) => !allowed.includes(right)).map((right) => right.toLowerCase())
    const missing = allowed.filter((right) => !rights.includes(right)).map((right) => right.toLowerCase())
    const revoke = `revoke ${surplus.join(', ')} on ${id} from public, ${role}`
    return [
      ...(surplus.length > 0
        ? [{ rule: 'request-rights', table: id, what: `requests may ${surplus.join(', ')}`, fix: revoke }]
        : []),
      ...(missing.length > 0
        ? [
            {
              rule: 'request-rights',
              table: id,
              what: `requests may not ${missing.join(', ')}`,
              fix: RECONCILE,
            },
          ]
        : []),
    ]
  })
}

async function lintUid(client: Queryable, resolved: Resolved): Promise<OwnershipFinding[]> {
  const state = await uidState(client, resolved)
  if (state === 'current') return []
  const what =
    state === 'missing' ? 'is missing' : 'says something else than the plan: every policy and default asks it'
  return [{ rule: 'uid', table: 'usertwo.uid()', what, fix: RECONCILE }]
}
