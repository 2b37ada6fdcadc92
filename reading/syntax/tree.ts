/** A node of a syntax tree (Babel's shapes), read by name: only what the inventory looks at is known here. */
export interface Node {
  type: string
  loc: { start: { line: number } }
  [field: string]: unknown
}

export type Visit = (node: Node, parents: readonly Node[]) => void

/** Visits every node in the order of the source, outer before inner; `parents` begins with the nearest. */
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

/** The position of a node as `file:line`, or of a line that many lines below its start. */
export function locate(file: string, node: Node, below = 0): string {
  return `${file}:${node.loc.start.line + below}`
}
