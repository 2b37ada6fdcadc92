import type { ForeignKey } from '../../../../database/catalog.js'
import type { Owned, Resolved } from './ownership-plan.js'

/** A foreign key of the app from one owned table to another. */
export interface ParentEdge {
  child: Owned
  parent: Owned
  /** Columns of the child, and the columns of the parent they reference. */
  columns: string[]
  target: string[]
}

/** Returns every foreign key from an owned row to its owned parent, except those that already include the owner. */
export function parentEdges({ owned }: Resolved): ParentEdge[] {
  const byId = new Map(owned.map((one) => [one.table.id, one]))
  const edges: ParentEdge[] = []
  for (const child of owned)
    for (const key of child.table.foreignKeys) {
      const parent = byId.get(key.target.id)
      if (!parent || carriesOwner(key, child, parent)) continue
      if (edges.some((edge) => edge.child === child && edge.parent === parent && same(edge, key))) continue
      edges.push({ child, parent, columns: key.columns, target: key.target.columns })
    }
  return edges
}

/**
 * Returns the edges that must stay within one user's rows. All users may reference a row of a readable table:
 * a comment on another user's post is its writer's own row, unless `via` says that it belongs to the post.
 */
export function closedEdges(edges: readonly ParentEdge[]): ParentEdge[] {
  return edges.filter(({ child, parent, columns }) => !mayHangOnOthers(child, parent, columns))
}

/** Whether rows of a table may reference other users' rows of another table by these columns. */
export function mayHangOnOthers({ via }: Owned, parent: Owned, columns: readonly string[]): boolean {
  return parent.access === 'readable' && (via === undefined || !columns.includes(via))
}

/** Whether a key goes from owner column to owner column. */
export function carriesOwner(key: ForeignKey, child: Owned, parent: Owned): boolean {
  const place = key.columns.indexOf(child.owner)
  return place >= 0 && key.target.columns[place] === parent.owner
}

function same(edge: ParentEdge, key: ForeignKey): boolean {
  return String(edge.columns) === String(key.columns) && String(edge.target) === String(key.target.columns)
}

/** Sorts owned tables, every parent before its children (in a cycle of keys: in the order of the plan). */
export function parentsFirst(resolved: Resolved, edges: readonly ParentEdge[]): Owned[] {
  const ordered = new Set<Owned>()
  const open = new Set<Owned>()
  const visit = (one: Owned) => {
    if (ordered.has(one) || open.has(one)) return
    open.add(one)
    for (const edge of edges) if (edge.child === one) visit(edge.parent)
    ordered.add(one)
  }
  for (const one of resolved.owned) visit(one)
  return [...ordered]
}
