import { unhookedAt } from '../../../reading/facts/unhooked.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { nameOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node } from '../../../reading/syntax/tree.js'
import { type Rule, SERVER } from './rule.js'

const OWN_ENGINE =
  'Prisma without a driver adapter sends its queries by an engine of its own: from phase 6 the start refuses it. Use Prisma 7 with @prisma/adapter-pg, and give its client to scope(prisma).'

/** A driver of PostgreSQL that is not pg; a library that mixes users in some versions is the start's to tell. */
export const unhookedLibrary: Rule = {
  kind: 'unhooked-library',
  where: SERVER,
  look(node, parents, source) {
    const loaded = unhookedAt(node, parents)
    if (isOwnEngine(node, source)) return OWN_ENGINE
    return loaded && !loaded.isSometimes ? loaded.what : null
  },
}

/** `new PrismaClient()`, or with options that name no adapter. */
function isOwnEngine(node: Node, { imports }: Source): boolean {
  if (node.type !== 'NewExpression') return false
  const from = imports.get(nameOf(child(node, 'callee')) ?? '')
  if (from?.imported !== 'PrismaClient') return false
  const [options] = children(node, 'arguments')
  if (!options) return true
  const properties = children(options, 'properties')
  const isWhole =
    options.type === 'ObjectExpression' && properties.every(({ type }) => type === 'ObjectProperty')
  return (
    isWhole && !properties.some((one) => /^(?:adapter|accelerateUrl)$/.test(nameOf(child(one, 'key')) ?? ''))
  )
}
