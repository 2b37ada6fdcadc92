import type { Catalog, Table } from '../../../../database/catalog.js'
import type { OwnershipPlan } from '../plan/ownership-plan.js'

/**
 * Returns the catalog without the partitions that came after the last migration, as an app adds one each month, and that
 * requests have no right to: they are reached through their parent alone, by its policies. A role that requests are a member of
 * is found by the checks of the schema.
 */
export function withoutLateParts(catalog: Catalog, { requestRole }: OwnershipPlan): Catalog {
  const isLate = ({ isPartition, policies, grants }: Table) =>
    isPartition &&
    !policies.some(({ name }) => name.startsWith('usertwo_')) &&
    !grants.some(({ grantee }) => grantee === 'public' || grantee === requestRole)
  return { ...catalog, tables: catalog.tables.filter((table) => !isLate(table)) }
}
