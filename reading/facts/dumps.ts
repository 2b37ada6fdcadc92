import { routesInSource } from '../routes/routes-in-source.js'
import { bindingOf } from '../syntax/binding.js'
import { bare } from '../syntax/origin.js'
import { routesTo } from '../syntax/reach.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'

/** Also behind variables of its own: `PGPASSWORD=secret pg_dump app`. */
const DUMPS = /^\s*(?:\w+=\S*\s+)*(?:\S*\/)?(pg_dump(?:all)?)\b/
/** The names of functions that run a command. */
const RUNS = /exec|spawn|run|fork|command|^sh$/i
const SHELL = /^(?:\S*\/)?(?:ba|da|z)?sh$/
/** How often a name is followed to what it stands for. */
const DEPTH = 6

/** A call that runs pg_dump. */
export interface Dump {
  at: string
  program: string
  /** the routes that lead there: `GET /backup` */
  routes: string[]
}

/**
 * Finds the calls that run pg_dump, which fails as the app's login once rows are separated. A route that answers 200 with
 * the error inside is red in no gate.
 */
export function findDumps(sources: readonly Source[]): Dump[] {
  const found: { at: string; program: string }[] = []
  for (const { file, tree } of sources)
    traverse(tree, (node, parents) => {
      const program = commandsOf(node, parents).flatMap((text) => DUMPS.exec(text)?.[1] ?? [])[0]
      if (program) found.push({ at: locate(file, node), program })
    })
  if (found.length === 0) return []
  const routesOf = routesTo(sources, routesInSource(sources))
  return found.map((one) => ({ ...one, routes: routesOf(one.at) }))
}

/** What a call may run: its first argument, and those that it gives a shell. */
function commandsOf(node: Node, parents: readonly Node[]): string[] {
  if (node.type === 'TaggedTemplateExpression') return [commandIn(child(node, 'quasi'), parents) ?? '']
  if (!isCall(node)) return []
  const [first = null, second = null] = children(node, 'arguments')
  const runs = RUNS.test(calledMember(node)?.name ?? nameOf(child(node, 'callee')) ?? '')
  // A text that begins so is a command, whatever takes it; a name may stand for one that is only logged.
  if (!runs && !/^(?:String|Template)Literal$/.test(first?.type ?? '')) return []
  const command = commandIn(first, parents) ?? ''
  const given = runs && SHELL.test(command) ? children(bare(second), 'elements') : []
  return [command, ...given.flatMap((one) => commandIn(one, parents) ?? [])]
}

/** The text of a command, with `:x` in the place of its unknown parts; null: it has no other. */
function commandIn(node: Node | null, parents: readonly Node[], depth = 0): string | null {
  const value = bare(node)
  if (!value || depth > DEPTH) return null
  const inside = (one: Node | null) => commandIn(one, parents, depth + 1)
  const known = (one: Node | null) => inside(one) ?? ':x'
  switch (value.type) {
    case 'TemplateLiteral': {
      const holes = children(value, 'expressions').map(known)
      const parts = children(value, 'quasis').map((part) => (part.value as { cooked: string }).cooked)
      return parts.map((part, at) => part + (holes[at] ?? '')).join('')
    }
    case 'BinaryExpression':
      return value.operator === '+' ? known(child(value, 'left')) + known(child(value, 'right')) : null
    case 'LogicalExpression':
      return inside(child(value, 'left')) ?? inside(child(value, 'right'))
    case 'ConditionalExpression':
      return inside(child(value, 'consequent')) ?? inside(child(value, 'alternate'))
    case 'Identifier':
      return inside(bindingOf(nameOf(value)!, parents)?.init ?? null)
    case 'CallExpression': {
      const member = calledMember(value)
      return member?.name === 'join' && bare(member.of)?.type === 'ArrayExpression'
        ? children(bare(member.of), 'elements').map(known).join(' ')
        : null
    }
    default:
      return textOf(value)
  }
}
