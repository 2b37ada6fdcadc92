import type { Site } from '../owners/owner-ids.js'
import { bindingOf } from '../syntax/binding.js'
import { isConstant } from '../syntax/constant.js'
import { isGivenConstants } from '../syntax/given-constants.js'
import { bare, requestPart, spelled } from '../syntax/origin.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'

const STATEMENT =
  /^\s*(?:--.*\n\s*)*\(?\s*(?:select\b[\s\S]*\bfrom\b|select\s+[\w.]+\s*\(|insert\s+into\b|update\s+\S+\s+set\s[\s\S]*[=?]|delete\s+from\b|with\s+[\s\S]+\bas\s*\(|(?:create|alter|drop|truncate)\s+(?:table|schema|database|role|user|view|type)\b|set\s+(?:local|session|role)\b|copy\s+|call\s+[\w.]+\s*\()/i
const CLAUSE =
  /^\s*(?:(?:and|or)\s+[\s\S]*(?:=|like\b|in\b|[<>])|where\b|order\s+by\b|having\b|limit\b|offset\b|set\s+\S+\s*=)/i
const HOLDS_SQL = /sql|query|where|clause|stmt|statement|condition|filter|order/i
const RAW =
  /^(raw|(or|and)?whereRaw|orderByRaw|havingRaw|groupByRaw|joinRaw|fromRaw|selectRaw|literal|\$queryRawUnsafe|\$executeRawUnsafe)$/
/** Functions that print or send SQL text and do not run it. */
const SPEAKS = /^(log|info|warn|error|debug|trace|send|json|render|end|write|Error|\w*Error)$/

/** Finds SQL text that contains a value which is not constant. Bound values do not count. */
export function findSqlInterpolation(sources: readonly Source[]): Site[] {
  return sources.flatMap(({ file, tree }) => {
    const found = new Map<string, Site>()
    traverse(tree, (node, parents) => {
      const holes = (holesOfSql(node, parents) ?? []).filter(
        (hole) => !isConstant(hole, parents) && !isGivenConstants(hole, [node, ...parents], sources),
      )
      if (!holes.length) return
      const at = locate(file, holes[0]!)
      found.set(at, { at, what: holes.map((hole) => inWords(hole, parents)).join(', ') })
    })
    return [...found.values()]
  })
}

function inWords(hole: Node, parents: readonly Node[]): string {
  const part = requestPart(hole, parents)
  const name = spelled(hole)
  if (part) return `${name} comes from the request${name.endsWith(part) ? '' : ` (${part})`}`
  const value = bare(hole)
  const binding = value?.type === 'Identifier' ? bindingOf(nameOf(value)!, parents) : null
  return binding?.parameter ? `${name} is whatever the caller gives` : `${name} is not a fixed text`
}

/** Returns the expressions in a SQL text, or null if the node is not SQL or another rule judges it. */
function holesOfSql(node: Node, parents: readonly Node[]): Node[] | null {
  const [parent] = parents
  const raw =
    isCall(node) && RAW.test(calledMember(node)?.name ?? '')
      ? bare(children(node, 'arguments')[0] ?? null)
      : null
  if (raw && isRawOfSql(node)) {
    const built = partsOf(raw)
    if (built) return STATEMENT.test(built.text) ? null : built.holes
    return raw.type !== 'StringLiteral' && requestPart(raw, [node, ...parents]) ? [raw] : null
  }
  const built = partsOf(node)
  if (!built?.holes.length || parent?.type === 'TaggedTemplateExpression') return null
  // Only the outermost sum is checked.
  if (parent?.type === 'BinaryExpression' && parent.operator === '+') return null
  if (isSpoken(parents)) return null
  if (STATEMENT.test(built.text)) return built.holes
  const target =
    parent?.type === 'AssignmentExpression'
      ? child(parent, 'left')
      : parent?.type === 'VariableDeclarator'
        ? child(parent, 'id')
        : null
  const called =
    parent && isCall(parent) && calledMember(parent)?.name === 'push' ? calledMember(parent)!.of : null
  const name = nameOf(target) ?? nameOf(called) ?? ''
  return CLAUSE.test(built.text) && HOLDS_SQL.test(name) ? built.holes : null
}

/** Other libraries have a `raw` too: `express.raw` parses bodies. */
function isRawOfSql(call: Node): boolean {
  const { of, name } = calledMember(call)!
  return name !== 'raw' || !/^(express|bodyParser|String)$/.test(nameOf(of) ?? '')
}

/** Returns the text and the expressions of a template or of a sum of texts. */
function partsOf(node: Node): { text: string; holes: Node[] } | null {
  if (node.type === 'StringLiteral') return { text: node.value as string, holes: [] }
  if (node.type === 'TemplateLiteral') {
    const parts = children(node, 'quasis').map((part) => (part.value as { cooked: string }).cooked ?? '')
    // `$${n}` is a placeholder for a bound value.
    const holes = children(node, 'expressions').filter((_, at) => !parts[at]!.endsWith('$'))
    return { text: parts.join('?'), holes }
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return null
  const [left, right] = [child(node, 'left')!, child(node, 'right')!]
  const [before, after] = [partsOf(left), partsOf(right)]
  if (!before && !after) return null
  const numbered = before?.text.endsWith('$')
  return {
    text: `${before?.text ?? '?'}${after?.text ?? '?'}`,
    holes: [...(before?.holes ?? [left]), ...(after?.holes ?? (numbered ? [] : [right]))],
  }
}

function isSpoken(parents: readonly Node[]): boolean {
  const [parent] = parents
  if (!parent || !/^(CallExpression|OptionalCallExpression|NewExpression)$/.test(parent.type)) return false
  const callee = child(parent, 'callee')
  return SPEAKS.test(nameOf(callee) ?? nameOf(child(callee, 'property')) ?? '')
}
