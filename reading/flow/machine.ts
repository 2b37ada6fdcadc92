import type { Node } from '../syntax/tree.js'
import type { Environment } from './environment.js'
import type { CallSite, ClassValue, ModelValue, QueryValue, RouterValue, Value } from './values.js'

/** What is followed at the moment: a route, or what a module does when it is loaded. */
export interface Track {
  /** `file:line` of all that was run */
  lines: Set<string>
  queries: QueryValue[]
  /** calls and tables that are not known */
  open: Map<string, string>
  /** properties that were set on the request, the response and other values */
  steps: number
}

/** The parts of the interpreter, as they know of each other. */
export interface Machine {
  track: Track
  /** how many conditions the code that runs is under */
  depth: number
  /** functions that are being run, outer before inner */
  stack: Node[]
  routers: RouterValue[]
  /** the first app that is made, and what `app.set()` has set on any */
  app: Value
  settings: Map<string, Value>
  models: Models
  /** an empty scope, for what begins outside of every file */
  root: Environment
  evaluate(node: Node | null, scope: Environment): Value
  /** runs statements; true: what follows is not reached */
  run(nodes: readonly Node[], scope: Environment): boolean
  bind(pattern: Node | null, value: Value, scope: Environment, declares: boolean): void
  get(of: Value, name: string | null, site: CallSite): Value
  set(of: Value, name: string | null, value: Value): void
  call(callee: Value, self: Value | null, args: Value[], site: CallSite): Value
  callMember(of: Value, name: string, args: Value[], site: CallSite): Value
  constructAbove(self: Value, above: Value, args: Value[], site: CallSite): void
  construct(callee: Value, args: Value[], site: CallSite): Value
  /** runs work that happens on a condition alone */
  perhaps<T>(work: () => T): T
  required(module: string, from: string): Value
  imported(module: string, name: string, from: string): Value
  exported(file: string, name: string): Value
  exportNames(file: string): string[]
  /** the text of a file, or the names in a folder */
  textOf(file: string): string | null
  filesIn(folder: string): string[]
  open(site: CallSite, why: string): void
  ask(site: CallSite, query: Partial<QueryValue>): QueryValue
}

/** The models that the text declares, or that are made while it is followed. */
export interface Models {
  byName(name: string): ModelValue | null
  byTable(name: string): ModelValue | null
  byClass(value: ClassValue): ModelValue | null
  add(name: string, table: string): ModelValue
  all(): ModelValue[]
}

/** `file:line` of a node. */
export const placeOf = ({ node, scope }: CallSite) => `${scope.file}:${node.loc.start.line}`

/** Runs each function that is given, or held in what is given, with these values. */
export function runCallbacks(m: Machine, given: readonly Value[], args: Value[], site: CallSite): Value[] {
  return given.flatMap((one): Value[] => {
    switch (one.kind) {
      case 'function':
      case 'native':
        return [m.call(one, null, args, site)]
      case 'either':
        return runCallbacks(m, one.of, args, site)
      case 'list':
        return runCallbacks(m, one.items, args, site)
      case 'object':
        return one.of ? [] : runCallbacks(m, [...one.properties.values()].filter(isFunction), args, site)
      case 'opaque':
        return runCallbacks(m, one.functions, args, site)
      default:
        return []
    }
  })
}

export const isFunction = (value: Value) => value.kind === 'function'
