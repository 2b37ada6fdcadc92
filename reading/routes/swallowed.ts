import { FUNCTION } from '../syntax/binding.js'
import { isDeclaredAs } from '../syntax/declared.js'
import { routesTo } from '../syntax/reach.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'
import { routesInSource } from './routes-in-source.js'

/** A place where a handler catches an error without sending a response, so that the client waits forever. */
export interface SwallowedError {
  at: string
  /** the routes that lead there: `GET /todos/:id` */
  routes: string[]
}

/** Finds the handlers that catch an error and never respond. */
export function swallowedErrors(sources: readonly Source[]): SwallowedError[] {
  const places: string[] = []
  for (const { file, tree } of sources)
    traverse(tree, (node, parents) => {
      if (swallows(node, parents)) places.push(locate(file, node))
    })
  if (places.length === 0) return []
  const routesOf = routesTo(sources, routesInSource(sources))
  return places.map((at) => ({ at, routes: routesOf(at) }))
}

/** Finds the swallowed error that left a request without a response, by the request's method and path. */
export function swallowedBehind(
  swallowed: readonly SwallowedError[],
  method: string,
  path: string,
): SwallowedError | undefined {
  const [plain] = path.split('?') as [string]
  const fits = (route: string) => {
    const [verb, declared = ''] = route.split(' ')
    return (verb === method || verb === 'ALL') && isDeclaredAs(declared, plain, { rest: false })
  }
  return swallowed.find(({ routes }) => routes.some(fits))
}

/**
 * Returns whether a node of a handler swallows an error: `catch (err) { console.error(err) }` or
 * `.catch((err) => console.error(err))` without a response after it.
 */
export function swallows(node: Node, parents: readonly Node[]): boolean {
  const caught = caughtBy(node)
  if (!caught) return false
  const at = parents.findIndex(({ type }) => FUNCTION.test(type))
  const handler = parents[at]
  const answer = handler && answering(handler)
  if (!answer || mayAnswer(caught, answer, handler)) return false
  if (node.type !== 'CatchClause') return mentions(child(node, 'callee'), answer)
  const attempt = parents[0]!
  return (
    mentions(child(attempt, 'block'), answer) && !goesOn([attempt, ...parents.slice(1, at)], answer, handler)
  )
}

/** Returns the body of a `catch`, or the function passed to `.catch()`. */
function caughtBy(node: Node): Node | null {
  if (node.type === 'CatchClause') return child(node, 'body')
  if (!isCall(node) || calledMember(node)?.name !== 'catch') return null
  const [given] = children(node, 'arguments')
  return given && FUNCTION.test(given.type) ? given : null
}

/**
 * Returns the names of a handler's response and `next` parameters, or null if the function is not a handler.
 */
function answering(handler: Node): Set<string> | null {
  const names = children(handler, 'params').map((one) => nameOf(one) ?? '')
  const response = names.findIndex((one) => /^_?(?:res|response|reply)$/.test(one))
  if (response < 1) return null
  return new Set(names.slice(response).filter(Boolean))
}

const mentions = (node: Node | null, names: ReadonlySet<string>): boolean => {
  let found = false
  if (node)
    traverse(node, (one) => {
      if (one.type === 'Identifier' && names.has(one.name as string)) found = true
    })
  return found
}

/**
 * Returns whether caught code may send the response: it uses the response or `next`, throws, ends the
 * process, or calls a local function that uses them.
 */
function mayAnswer(caught: Node, answer: ReadonlySet<string>, handler: Node): boolean {
  const own = new Set<string>()
  traverse(handler, (one) => {
    const name = /^(?:VariableDeclarator|FunctionDeclaration)$/.test(one.type)
      ? nameOf(child(one, 'id'))
      : null
    if (name && mentions(child(one, 'init') ?? child(one, 'body'), answer)) own.add(name)
  })
  let found = mentions(caught, answer) || mentions(caught, own)
  traverse(caught, (one) => {
    const member = isCall(one) ? calledMember(one) : null
    if (one.type === 'ThrowStatement' || (member?.name === 'exit' && nameOf(member.of) === 'process'))
      found = true
  })
  return found
}

/** Returns whether a statement after the `try` responds. `around` begins with the `try`. */
function goesOn(around: readonly Node[], answer: ReadonlySet<string>, handler: Node): boolean {
  return around.some((node, at) => {
    if (at === 0 && mentions(child(node, 'finalizer'), answer)) return true
    const outer = around[at + 1] ?? child(handler, 'body')
    const statements = children(outer, 'body')
    const place = statements.indexOf(node)
    return place >= 0 && statements.slice(place + 1).some((one) => mentions(one, answer))
  })
}
