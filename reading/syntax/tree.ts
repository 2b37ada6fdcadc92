/**
 * A node of Babel's syntax tree, with its fields read by name. Only the fields that the readers use are
 * declared.
 */
export interface Node {
  type: string
  loc: { start: { line: number } }
  [field: string]: unknown
}

export type Visit = (node: Node, parents: readonly Node[]) => void

/** Visits every node in source order, outer before inner. `parents` begins with the nearest. */
export function traverse(node: Node, visit: Visit, parents: readonly Node[] = []): void {
  visit(node, parents)
  const inside = [node, ...parents]
  for (const [field, value] of Object.entries(node)) {
    if (field === 'loc' || field.endsWith('omments') || field === 'tokens') continue
    for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) traverse(one, visit, inside)
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

export function child(node: Node | null, field: string): Node | null {
  const value = node?.[field]
  return isNode(value) ? value : null
}

export function children(node: Node | null, field: string): Node[] {
  const value = node?.[field]
  return Array.isArray(value) ? value.filter(isNode) : []
}

/** Returns the position of a node as `file:line`, or of the line `below` lines further down. */
export function locate(file: string, node: Node, below = 0): string {
  return `${file}:${node.loc.start.line + below}`
}
