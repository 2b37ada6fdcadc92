import { readApp } from '../../reading/app/app.js'
import type { Source } from '../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf } from '../../reading/syntax/syntax.js'
import { child, children, type Node, traverse } from '../../reading/syntax/tree.js'
import { diffOf, edited, instead, type TextEdit } from './edit.js'
import type { Fix } from './fix.js'

const NEON = '@neondatabase/serverless'
const OVER_NEON = /^drizzle-orm\/neon-(?:http|serverless)(?=\/|$)/
const DOES: Fix['does'] = ['uses pg, which npm install adds', 'use pg, which npm install adds']
/** The range that package.json gets, unless pg is there. */
const PG = '^8.16.0'

/**
 * Writes the swap from Neon's driver to pg, and from what Drizzle has over it to `drizzle-orm/node-postgres`. A swap by halves
 * breaks the app: if one place has another shape, no file changes. Nothing is written.
 */
export async function fixDriver(folder: string): Promise<Fix> {
  const app = await readApp(folder)
  const swaps = app.sources.flatMap(({ role, source }) => {
    const text = app.texts.get(source.file)!
    return role === 'client' ? [] : [{ file: source.file, text, ...swapIn(source, text) }]
  })
  const left = swaps.flatMap((one) => one.left)
  const changed = swaps.filter(({ edits }) => edits.length > 0)
  if (left.length || changed.length === 0) return { files: [], diff: '', rewritten: 0, does: DOES, left }
  const manifests = [...app.texts].flatMap(([file, text]) => {
    const edits = /(?:^|\/)package\.json$/.test(file) ? dependencyIn(text) : []
    return edits.length ? [{ file, text, edits }] : []
  })
  const all = [...changed, ...manifests]
  return {
    files: all.map(({ file, text, edits }) => ({ file, text: edited(text, edits), isNew: false })),
    diff: all.map(({ file, text, edits }) => diffOf(file, text, edits)).join('\n'),
    rewritten: all.reduce((sum, { edits }) => sum + edits.length, 0),
    does: DOES,
    left: [],
  }
}

interface Swap {
  edits: TextEdit[]
  left: Fix['left']
}

/** What changes in a file, and what cannot. */
function swapIn(source: Source, text: string): Swap {
  const swap: Swap = { edits: [], left: [] }
  const leave = (node: Node, what: string, why: string) =>
    swap.left.push({ at: `${source.file}:${node.loc.start.line}`, what, why })
  const taken = new Map<string, string>()
  const loads: { node: Node; statement: Node }[] = []
  traverse(source.tree, (node, parents) => {
    if (node.type !== 'StringLiteral') return
    const module = String(node.value)
    if (OVER_NEON.test(module))
      swap.edits.push(within(node, module.replace(OVER_NEON, 'drizzle-orm/node-postgres')))
    if (module === NEON) loads.push({ node, statement: parents.find(isStatement) ?? node })
  })
  for (const [local, { module, imported }] of source.imports) if (module === NEON) taken.set(local, imported)
  const pg = prefixOf(source, loads)
  for (const { node, statement } of loads) {
    if (statement.type === 'ImportDeclaration' && statement.importKind === 'type')
      leave(node, NEON, 'a type of the driver: name the one of pg')
    else if (statement.type === 'ImportDeclaration')
      swap.edits.push(instead(statement, `import pg from 'pg'${semicolon(statement, text)}`))
    else if (children(statement, 'declarations').some((one) => child(one, 'id')?.type === 'ObjectPattern'))
      swap.edits.push(...required(statement, text))
    else leave(node, NEON, 'it is not loaded by names')
  }
  const uses = usesOf(source.tree, [...taken.keys()])
  for (const { name, node, parents } of uses) {
    const done = useOf(taken.get(name)!, node, parents, source.tree, pg, text)
    if (typeof done === 'string') leave(node, name, done)
    else swap.edits.push(...done)
  }
  for (const use of methodsOfHttp(source.tree, loads.length > 0 || swap.edits.length > 0))
    leave(use, 'batch', 'pg has no batch: send the statements in db.transaction()')
  if (swap.edits.length) swap.edits.push(...unusedWs(source, text, swap.edits))
  return swap
}

/** `pg.` in a file that imports it whole; nothing in one that requires names. */
const prefixOf = ({ tree }: Source, loads: readonly { statement: Node }[]) =>
  loads.some(({ statement }) => statement.type === 'ImportDeclaration') && tree ? 'pg.' : ''

const isStatement = ({ type }: Node) => /^(?:Import|Export)\w*Declaration$|^VariableDeclaration$/.test(type)
const semicolon = (node: Node, text: string) => (text[(node.end as number) - 1] === ';' ? ';' : '')
/** A text in its own quotes. */
const within = (node: Node, text: string): TextEdit => ({
  from: (node.start as number) + 1,
  to: (node.end as number) - 1,
  text,
})

/** A statement with its line, and the empty line below it where there is one above it too. */
function gone(statement: Node, text: string): TextEdit {
  const from = statement.start as number
  const end = statement.end as number
  const lines = text.startsWith('\n\n', end) && text.slice(0, from).endsWith('\n\n') ? 2 : 1
  return { from, to: text[end] === '\n' ? end + lines : end, text: '' }
}

/** `const { neon, Pool } = require('@neondatabase/serverless')` */
function required(statement: Node, text: string): TextEdit[] {
  const [declarator] = children(statement, 'declarations')
  const names = new Set(
    children(child(declarator!, 'id'), 'properties').flatMap((one) => {
      const key = nameOf(child(one, 'key'))
      return key === 'neonConfig' || key === null ? [] : key === 'neon' ? 'Pool' : key
    }),
  )
  return [
    instead(
      statement,
      `${statement.kind} { ${[...names].join(', ')} } = require('pg')${semicolon(statement, text)}`,
    ),
  ]
}

interface Use {
  name: string
  node: Node
  parents: readonly Node[]
}

/** Where names are used, except where they are imported or declared. */
function usesOf(tree: Node, names: readonly string[]): Use[] {
  const uses: Use[] = []
  traverse(tree, (node, parents) => {
    const [parent] = parents
    if (node.type !== 'Identifier' || !names.includes(node.name as string) || !parent) return
    if (/^Import/.test(parent.type) || parents.some(isRequirePattern)) return
    if (!parent.computed && (child(parent, 'property') === node || child(parent, 'key') === node)) return
    uses.push({ name: node.name as string, node, parents })
  })
  return uses
}
const isRequirePattern = ({ type }: Node) => type === 'ObjectPattern'

/** What becomes of a use; a text says why it is left. */
function useOf(
  imported: string,
  node: Node,
  [parent, ...above]: readonly Node[],
  tree: Node,
  pg: string,
  text: string,
): TextEdit[] | string {
  if (/^TS/.test(parent!.type)) return 'a type of the driver: name the one of pg'
  if (imported === 'neonConfig') {
    const statement = [parent!, ...above].find(({ type }) => type === 'ExpressionStatement')
    const isSetting = statement && child(statement, 'expression')?.type === 'AssignmentExpression'
    return isSetting ? [gone(statement, text)] : 'a setting of the driver that pg does not have'
  }
  if (imported === 'Pool' || imported === 'Client')
    return parent!.type === 'NewExpression' && child(parent!, 'callee') === node
      ? pg
        ? [instead(node, `${pg}${imported}`)]
        : []
      : 'it is not called by new here'
  if (imported !== 'neon') return 'pg has nothing of this name'
  if (!isCall(parent!) || child(parent!, 'callee') !== node) return 'it is not called here'
  const given = children(parent!, 'arguments')
  if (given.length !== 1) return 'its options are of HTTP'
  const declarator = above[0]?.type === 'VariableDeclarator' ? above[0] : null
  const holder = nameOf(child(declarator, 'id'))
  const isGiven = above[0] !== undefined && isGivenToDrizzle(parent!, above)
  if (!holder && !isGiven) return 'its queries are not sent by drizzle() alone'
  const exported = above.some(({ type }) => type === 'ExportNamedDeclaration')
  const others = holder ? usesOf(tree, [holder]).filter((one) => !isDeclared(one)) : []
  if (exported || others.some(({ node: use, parents }) => !isGivenToDrizzle(use, parents)))
    return 'its queries are sent by more than drizzle(): rewrite them for pool.query() first'
  const [from, to] = [given[0]!.start as number, given[0]!.end as number]
  const begin = parent!.start as number
  const end = parent!.end as number
  return [
    { from: begin, to: from, text: `new ${pg}Pool({ connectionString: ` },
    { from: to, to: end, text: ' })' },
  ]
}

const isDeclared = ({ node, parents: [parent] }: Use) =>
  parent?.type === 'VariableDeclarator' && child(parent, 'id') === node

/** `drizzle(sql, …)`, `drizzle({ client: sql })` */
function isGivenToDrizzle(node: Node, [parent, object, call]: readonly Node[]): boolean {
  const isDrizzle = (one: Node | undefined) =>
    one !== undefined && isCall(one) && nameOf(child(one, 'callee')) === 'drizzle'
  if (isDrizzle(parent)) return children(parent!, 'arguments')[0] === node
  const isClient = propertiesOf(object ?? null).some(({ key, at }) => key === 'client' && at === parent)
  return isClient && isDrizzle(call)
}

/** `db.batch([…])`, which drizzle has over HTTP alone. */
function methodsOfHttp(tree: Node, isSwapped: boolean): Node[] {
  const found: Node[] = []
  if (isSwapped)
    traverse(tree, (node) => {
      if (isCall(node) && calledMember(node)?.name === 'batch') found.push(node)
    })
  return found
}

/** The import of ws, where nothing but the setting that goes used it. */
function unusedWs({ tree, imports }: Source, text: string, edits: readonly TextEdit[]): TextEdit[] {
  const [local] = [...imports].find(([, { module }]) => module === 'ws') ?? []
  if (!local) return []
  const goes = ({ node }: Use) =>
    edits.some(({ from, to }) => from <= (node.start as number) && (node.end as number) <= to)
  if (usesOf(tree, [local]).some((use) => !isDeclared(use) && !goes(use))) return []
  const statements = children(tree, 'body').filter((one) =>
    JSON.stringify([one.source, children(one, 'declarations')], leaveOut).includes('"value":"ws"'),
  )
  return statements.map((one) => gone(one, text))
}
const leaveOut = (name: string, value: unknown) =>
  name === 'loc' || name.endsWith('omments') ? undefined : value

/** The line of a package.json that names the driver. */
function dependencyIn(text: string): TextEdit[] {
  const at = /"@neondatabase\/serverless"(\s*:\s*)"[^"]*"/.exec(text)
  if (!at) return []
  const hasPg = /"pg"\s*:/.test(text)
  const whole = hasPg ? (/\s*"@neondatabase\/serverless"\s*:\s*"[^"]*",?/.exec(text) ?? at) : at
  const isLast = hasPg && !whole[0].endsWith(',')
  // The comma in front of the last line goes with it.
  const from = isLast ? text.slice(0, whole.index).replace(/,$/, '').length : whole.index
  return [{ from, to: whole.index + whole[0].length, text: hasPg ? '' : `"pg"${at[1]}"${PG}"` }]
}
