import type { Catalog, Table, View } from '../../../../database/catalog.js'

interface ViewsOf {
  catalog: Pick<Catalog, 'views'>
  /** the tables that all users read and none writes */
  reference: readonly Pick<Table, 'id'>[]
}

/**
 * Whether requests may read a view: it reads with the rights of its caller, whom the policies keep to own rows, or it
 * reads nothing that has an owner.
 */
export function isForRequests(around: ViewsOf, view: View): boolean {
  return view.securityInvoker || isReference(around, view)
}

/** Whether a view reads nothing except reference data and the system's catalogs. */
export function isReference({ catalog, reference }: ViewsOf, view: View): boolean {
  const open = new Set(reference.map(({ id }) => id))
  const seen = new Set<string>()
  const reads = (one: View): boolean =>
    one.reads.every((id) => {
      if (seen.has(id) || open.has(id) || /^(?:pg_catalog|information_schema)\./.test(id)) return true
      seen.add(id)
      const next = catalog.views.find((other) => other.id === id)
      return next !== undefined && reads(next)
    })
  return reads(view)
}
