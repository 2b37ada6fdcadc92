import { posix } from 'node:path'
import { bindingOf } from './binding.js'
import type { Source } from './sources.js'
import { calledMember, isCall, nameOf, textOf } from './syntax.js'
import { child, children, type Node } from './tree.js'

/**
 * Returns the path that an expression names, from the folder of the app and without a slash at its end:
 * `path.join(__dirname, '..', 'uploads')`, `new URL('uploads', import.meta.url)`. Null: it is not known.
 */
export function namedPath(node: Node | null, source: Source, parents: readonly Node[]): string | null {
  const path = pathIn(node, source, parents, 0)
  return path === null ? null : posix.join(path, '.')
}

function pathIn(node: Node | null, source: Source, parents: readonly Node[], depth: number): string | null {
  if (!node || depth > 6) return null
  const again = (one: Node | null) => pathIn(one, source, parents, depth + 1)
  const here = posix.dirname(source.file)
  const text = textOf(node)
  if (text !== null) return posix.normalize(text)
  if (node.type === 'Identifier') {
    if (/^_{0,2}dirname$/.test(nameOf(node)!)) return here
    const binding = bindingOf(nameOf(node)!, parents)
    return binding && binding.property === null ? again(binding.init) : null
  }
  if (nameOf(child(node, 'property')) === 'dirname') return here
  if (node.type === 'BinaryExpression' && node.operator === '+')
    return below(again(child(node, 'left')), textOf(child(node, 'right')))
  if (node.type === 'TemplateLiteral') {
    const [before, behind, ...more] = children(node, 'quasis').map(
      (part) => (part.value as { cooked: string }).cooked,
    )
    return before === '' && more.length === 0
      ? below(again(children(node, 'expressions')[0] ?? null), behind ?? null)
      : null
  }
  if (node.type === 'LogicalExpression') return again(child(node, 'right'))
  if (node.type === 'NewExpression' && nameOf(child(node, 'callee')) === 'URL') {
    const first = textOf(children(node, 'arguments')[0] ?? null)
    return first === null ? null : posix.join(here, first)
  }
  if (!isCall(node)) return null
  const name = calledMember(node)?.name ?? nameOf(child(node, 'callee'))
  if (name === 'cwd') return '.'
  if (name === 'fileURLToPath') return again(children(node, 'arguments')[0] ?? null)
  if (name !== 'join' && name !== 'resolve') return null
  const parts = children(node, 'arguments').map(again)
  return parts.includes(null) || parts.length === 0 ? null : posix.join(...(parts as string[]))
}

/** `__dirname + '/../server'` */
const below = (folder: string | null, text: string | null) =>
  folder !== null && text?.startsWith('/') ? posix.join(folder, text) : null
