import type { Node } from '../syntax/tree.js'
import type { Environment } from './environment.js'
import type { CallSite, ClassValue, ModelValue, QueryValue, RouterValue, Value } from './values.js'

/** What following one route, or loading one module, has found so far. */
export interface Track {
  /** `file:line` of all code that was run */
  lines: Set<string>
  queries: QueryValue[]
  /** the parts of the request that were read: `query`, `headers`, `url` */
  parts: Set<string>
  /** why the route is open, keyed by place and reason */
  open: Map<string, string>
  /** how many nodes were evaluated */
  steps: number
}

/** The interpreter as its parts see each other. */
export interface Machine {
  track: Track
  /** how many conditions the running code is nested in */
  depth: number
  /** functions that are running, outer before inner */
  stack: Node[]
  routers: RouterValue[]
  /** the first app that is created, and the settings of all apps (`app.set()`) */
  app: Value
  settings: Map<string, Value>
  models: Models
  /** an empty scope, for calls that begin outside of every file */
  root: Environment
  evaluate(node: Node | null, scope: Environment): Value
  /** runs statements; true: the statements after them are not reached */
  run(nodes: readonly Node[], scope: Environment): boolean
  bind(pattern: Node | null, value: Value, scope: Environment, declares: boolean): void
  get(of: Value, name: string | null, site: CallSite): Value
  set(of: Value, name: string | null, value: Value): void
  call(callee: Value, self: Value | null, args: Value[], site: CallSite): Value
  callMember(of: Value, name: string, args: Value[], site: CallSite): Value
  constructAbove(self: Value, above: Value, args: Value[], site: CallSite): void
  construct(callee: Value, args: Value[], site: CallSite): Value
  /** runs work that only happens under a condition */
  perhaps<T>(work: () => T): T
  required(module: string, from: string): Value
  imported(module: string, name: string, from: string): Value
  exported(file: string, name: string): Value
  exportNames(file: string): string[]
  /** the text of a file; null: unknown */
  textOf(file: string): string | null
  filesIn(folder: string): string[]
  open(site: CallSite, why: string): void
  ask(site: CallSite, query: Partial<QueryValue>): QueryValue
}

/** The models that the source declares, or creates while it is followed. */
export interface Models {
  byName(name: string): ModelValue | null
  byTable(name: string): ModelValue | null
  byClass(value: ClassValue): ModelValue | null
  add(name: string, table: string): ModelValue
  all(): ModelValue[]
}

/** Returns `file:line` of a node. */
export const placeOf = ({ node, scope }: CallSite) => `${scope.file}:${node.loc.start.line}`

/**
 * Calls every function among the values, or held in them, with the given arguments. Returns their results.
 */
export function runCallbacks(m: Machine, values: readonly Value[], args: Value[], site: CallSite): Value[] {
  return values.flatMap((one): Value[] => {
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
