import { isFileOf } from '../../../reading/syntax/linked-packages.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import { type ExportName, exportsOf } from './exports.js'

/** Where the app listens. */
export interface Listen {
  file: string
  at: string
  /** only where the file is the main one: `if (require.main === module)` */
  guarded: boolean
  /** the port is the environment's to say, as PORT */
  byEnvironment: boolean
  /** the port it takes where the environment says none; null: none is written */
  port: number | null
  /** other variables by which it takes a port: `KANBAN_PORT` */
  portBy: string[]
  /** where alone it is reached, as an expression for the entry: `process.env.JOURNAL_HOST ?? '127.0.0.1'`; null: anywhere */
  host: string | null
  call: Node
}

/** The app itself, and how another module may have it. */
export interface ExpressApp {
  file: string
  at: string
  /** its variable; null: it has none */
  name: string | null
  /** how it is exported, itself or the function that makes it; null: not */
  exported: ExportName | null
  /** of another package of the workspace: what the app loads it by */
  module?: string | null
  /** exported is a function of nothing that gives the app */
  factory: boolean
  listen: Listen | null
}

const FUNCTION =
  /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ObjectMethod|ClassMethod)$/

/** The app among the sources: the one that listens, else the first that is exported, else the first. Null: none. */
export function findApp(sources: readonly Source[]): ExpressApp | null {
  const made = sources.flatMap(appsIn)
  const listen =
    sources
      .flatMap((source) => listensIn(source, sources))
      // The server of metrics beside it, say, has a port of its own.
      .sort(
        (a, b) => Number(a.guarded) - Number(b.guarded) || Number(b.byEnvironment) - Number(a.byEnvironment),
      )[0] ?? null
  const chosen =
    made.find(({ file }) => file === listen?.file) ?? made.find(({ exported }) => exported) ?? made[0]
  return chosen ? { ...chosen, listen } : null
}

function appsIn(source: Source): Omit<ExpressApp, 'listen'>[] {
  const found: Omit<ExpressApp, 'listen'>[] = []
  const exported = exportsOf(source)
  traverse(source.tree, (node, parents) => {
    if (!isExpressCall(node, source)) return
    const holder = parents.find(({ type }) =>
      /^(?:VariableDeclarator|AssignmentExpression|ClassProperty)$/.test(type),
    )
    const name = nameOf(child(holder ?? null, 'id') ?? child(holder ?? null, 'left'))
    const inside = parents.find(({ type }) => FUNCTION.test(type))
    const maker = inside && makerName(inside, parents)
    const itself = exported.find((one) => (name && one.local === name) || one.node === node)
    const byMaker =
      maker && children(inside, 'params').length === 0
        ? exported.find(({ local }) => local === maker)
        : undefined
    const way = inside ? byMaker : itself
    found.push({
      file: source.file,
      at: locate(source.file, node),
      name,
      exported: way?.as ?? null,
      factory: inside !== undefined && way !== undefined && returns(inside, name),
    })
  })
  return found.map((one) =>
    one.exported && !one.factory && one.name === null ? { ...one, exported: null } : one,
  )
}

function makerName(made: Node, parents: readonly Node[]): string | null {
  const holder = parents[parents.indexOf(made) + 1]
  return (
    nameOf(child(made, 'id')) ?? (holder?.type === 'VariableDeclarator' ? nameOf(child(holder, 'id')) : null)
  )
}

function returns(maker: Node, name: string | null): boolean {
  let found = false
  traverse(maker, (node) => {
    if (node.type === 'ReturnStatement' && nameOf(child(node, 'argument')) === name) found = true
  })
  return found
}

/** `express()`, whatever the package is called here; `require('express')()`. */
function isExpressCall(node: Node, { imports }: Source): boolean {
  if (!isCall(node)) return false
  const callee = calledIn(child(node, 'callee'))
  const name = nameOf(callee)
  if (name) return imports.get(name)?.module === 'express' && imports.get(name)?.imported !== 'Router'
  return (
    !!callee &&
    isCall(callee) &&
    nameOf(child(callee, 'callee')) === 'require' &&
    textOf(children(callee, 'arguments')[0] ?? null) === 'express'
  )
}

/** The function of `(0, express_1.default)()`, as tsc writes it: what `express_1` was loaded as. */
function calledIn(callee: Node | null): Node | null {
  const last =
    callee?.type === 'SequenceExpression' ? (children(callee, 'expressions').at(-1) ?? null) : callee
  const isDefault = last?.type === 'MemberExpression' && nameOf(child(last, 'property')) === 'default'
  return isDefault ? child(last, 'object') : last
}

function listensIn(source: Source, sources: readonly Source[]): Listen[] {
  const found: Listen[] = []
  traverse(source.tree, (node, parents) => {
    if (!isCall(node) || calledMember(node)?.name !== 'listen') return
    const [port, host] = children(node, 'arguments')
    const { variables, number } = readIn(port ?? null, source, sources)
    found.push({
      file: source.file,
      at: locate(source.file, node),
      guarded: parents.some(isForMain),
      byEnvironment: variables.includes('PORT'),
      port: number,
      portBy: [...new Set(variables)].filter((name) => /_PORT$|^PORT_/.test(name)),
      host: host && !isCall(host) ? hostOf(readIn(host, source, sources)) : null,
      call: node,
    })
  })
  return found
}

/** `if (require.main === module)`, `if (process.argv[1] === import.meta.filename)`: what runs only where the file is the main one. */
export function isForMain(node: Node): boolean {
  const test = node.type === 'IfStatement' ? child(node, 'test') : null
  let found = false
  if (test)
    traverse(test, (one) => {
      if (one.type === 'MemberExpression' && /^(?:main|argv)$/.test(nameOf(child(one, 'property')) ?? ''))
        found = true
    })
  return found
}

/** What an argument of a listen is made of. */
interface Read {
  /** names of the environment */
  variables: string[]
  /** the first number that is written */
  number: number | null
  /** the first text */
  text: string | null
}

/** Through variables, those of the app's other files, and `app.set('port', …)`. */
function readIn(given: Node | null, from: Source, sources: readonly Source[]): Read {
  const seen: Read = { variables: [], number: null, text: null }
  const names = new Set<string>()
  const look = (part: Node, source: Source) =>
    traverse(part, (node, parents) => {
      if (node.type === 'NumericLiteral') seen.number ??= node.value as number
      if (node.type === 'StringLiteral' && /^\d{2,5}$/.test(node.value as string))
        seen.number ??= Number(node.value)
      // `getEnv('SERVER_HOST', 'localhost')`: a function of the app's own reads the variable.
      else if (node.type === 'StringLiteral' && /^[A-Z][A-Z0-9_]+$/.test(node.value as string))
        seen.variables.push(node.value as string)
      else if (node.type === 'StringLiteral') seen.text ??= node.value as string
      const variable =
        node.type === 'MemberExpression' && !node.computed ? nameOf(child(node, 'property')) : null
      if (variable && /^[A-Z][A-Z0-9_]*$/.test(variable)) seen.variables.push(variable)
      const name = node.type === 'Identifier' ? (node.name as string) : null
      if (name === null || names.has(`${source.file} ${name}`)) return
      names.add(`${source.file} ${name}`)
      // `config.port` of a file of the app's own: of all that it holds, that one.
      const [of] = parents
      const member = of && child(of, 'object') === node ? nameOf(child(of, 'property')) : null
      const elsewhere = importedFrom(name, member, source, sources)
      const value = elsewhere?.value ?? variableIn(source.tree, name)
      // What is called once it listens says something else.
      if (value && !FUNCTION.test(value.type)) look(value, elsewhere?.source ?? source)
    })
  if (given && !FUNCTION.test(given.type)) look(given, from)
  return seen
}

/** What listens on one address alone is not to be opened to all of them. `HOST` is read by the entry anyway. */
function hostOf({ variables, text }: Read): string | null {
  const named = variables.filter((name) => name !== 'HOST').map((name) => `process.env.${name}`)
  const parts = [...named, ...(text ? [`'${text.replace(/[\\']/g, '\\$&')}'`] : [])]
  return parts.length ? parts.join(' ?? ') : null
}

function importedFrom(
  name: string,
  member: string | null,
  { imports }: Pick<Source, 'imports'>,
  sources: readonly Source[],
): { source: Source; value: Node } | null {
  const from = imports.get(name)
  const source = sources.find((one) => isFileOf(from?.file, one))
  if (!from || !source) return null
  const exported = exportsOf(source)
  const given = (wanted: string | null) =>
    exported.find(({ as }) => (as.kind === 'named' ? as.name === wanted : wanted === from.imported))
  const one = given(from.imported) ?? given(member)
  if (!one) return null
  const value = (one.local !== null && variableIn(source.tree, one.local)) || one.node
  const held = propertiesOf(value).find(({ key }) => key === member)
  return { source, value: held?.value ?? value }
}

function variableIn(tree: Node, name: string): Node | null {
  let found: Node | null = null
  traverse(tree, (node) => {
    if (node.type !== 'VariableDeclarator') return
    const id = child(node, 'id')
    const inPattern =
      id?.type === 'ObjectPattern' &&
      children(id, 'properties').find((one) => nameOf(child(one, 'key')) === name)
    // `const { PORT = 3000 } = process.env`
    if (nameOf(id) === name) found = child(node, 'init')
    else if (inPattern)
      found = {
        type: 'Both',
        loc: node.loc,
        init: child(inPattern, 'value'),
        of: {
          type: 'MemberExpression',
          loc: node.loc,
          object: child(node, 'init'),
          property: child(inPattern, 'key'),
        },
      }
  })
  return found
}
