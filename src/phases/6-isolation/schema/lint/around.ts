import { wholeOf } from '../../../../database/catalog/partitions.js'
import type { Table } from '../../../../database/catalog.js'
import { mentions } from '../../../../sql/mentions.js'
import { type LintContext, type OwnershipFinding, RECONCILE } from './finding.js'

/** Checks objects that read owned tables indirectly: views, materialised views, definer functions, partitions. */
export function lintAround({ resolved }: LintContext): OwnershipFinding[] {
  const { catalog, reference } = resolved
  const open = new Set(reference.map((table) => table.id))
  const guarded = catalog.tables.filter((table) => !open.has(wholeOf(table, catalog.tables).id))
  const names = new Set(guarded.map((table) => table.id))
  const reads = (id: string, seen = new Set<string>()): string[] => {
    if (seen.has(id)) return []
    seen.add(id)
    const view = catalog.views.find((one) => one.id === id)
    return view ? view.reads.flatMap((other) => reads(other, seen)) : names.has(id) ? [id] : []
  }
  const views = catalog.views.flatMap((view): OwnershipFinding[] => {
    const tables = [...new Set(reads(view.id))].join(', ')
    if (!tables || view.securityInvoker) return []
    return view.materialized
      ? [
          {
            rule: 'materialized-view',
            table: view.id,
            what: `keeps a copy of ${tables}, and a copy has no row security`,
            fix: 'replace it by a view with security_invoker, or revoke every right on it and read it as the system',
          },
        ]
      : [
          {
            rule: 'view-invoker',
            table: view.id,
            what: `reads ${tables} with the rights of ${view.owner}, not of the caller`,
            fix: `alter view ${view.id} set (security_invoker = true) (PostgreSQL 15 or newer; before, drop it)`,
          },
        ]
  })
  const functions = catalog.definerFunctions.flatMap((definer): OwnershipFinding[] => {
    const named = guarded.filter((table) => mentions(definer.body, table.name)).map((table) => table.id)
    const dynamic = /\bexecute\b/i.test(definer.body)
    if (named.length === 0 && !dynamic) return []
    return [
      {
        rule: 'definer-function',
        table: definer.id,
        what: `runs as ${definer.owner} and reads ${named.length > 0 ? named.join(', ') : 'what its dynamic SQL says'}`,
        fix: `alter function ${definer.id} security invoker`,
      },
    ]
  })
  return [...views, ...functions, ...partsOf(resolved)]
}

/** Partitions and inheritance children that a statement names past the policies of their whole. */
function partsOf(resolved: LintContext['resolved']): OwnershipFinding[] {
  const { catalog } = resolved
  const owned = new Set(
    [...resolved.owned, ...resolved.sessions].map((one) => one.table.id).concat(resolved.users.id),
  )
  const isPartOf = (table: Table) =>
    table.isPartition
      ? owned.has(wholeOf(table, catalog.tables).id)
      : table.parents.some((parent) => owned.has(parent))
  return catalog.tables.flatMap((table): OwnershipFinding[] =>
    isPartOf(table) && isUnguarded(table)
      ? [
          {
            rule: 'partition',
            table: table.id,
            what: `is a part of ${table.parents.join(', ')} and queried by its own name it has no row security`,
            fix: table.isPartition
              ? RECONCILE
              : `alter table ${table.id} enable row level security, force row level security; without policies it is closed`,
          },
        ]
      : [],
  )
}

/** A partition with any of it is judged as its whole is. */
const isUnguarded = ({ isPartition, rowSecurity, forced, policies }: Table) =>
  isPartition ? !rowSecurity && policies.length === 0 : !(rowSecurity && forced)
