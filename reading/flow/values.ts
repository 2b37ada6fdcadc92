import type { Node } from '../syntax/tree.js'
import type { Environment } from './environment.js'

/** What an expression may evaluate to at run time, as far as the source shows. */
export type Value =
  | Text
  | Constant
  | ObjectValue
  | ListValue
  | FunctionValue
  | ClassValue
  | NativeValue
  | RequestValue
  | PartValue
  | RowValue
  | OpaqueValue
  | PackageValue
  | HandleValue
  | ModelValue
  | ColumnValue
  | ConditionValue
  | QueryValue
  | RouterValue
  | NamespaceValue
  | UnknownValue
  | EitherValue

/** A text, with `?` for each unknown part. */
export interface Text {
  kind: 'text'
  text: string
  /** `file:line` of where it is written */
  at?: string
}
/** A number, a boolean, null or undefined. No client can influence it. */
export interface Constant {
  kind: 'constant'
  value: unknown
}
/** An object: a literal, an instance of a class, `this`. */
export interface ObjectValue {
  kind: 'object'
  properties: Map<string, Value>
  /** properties that are only set under a condition */
  perhaps: Set<string>
  /** the values of properties whose names are unknown */
  rest: Value | null
  of: ClassValue | null
  depth: number
}
export interface ListValue {
  kind: 'list'
  items: Value[]
  /** items that are only there under a condition */
  perhaps: Set<Value>
  /** the other items that it may hold; null: none */
  rest: Value | null
  depth: number
}
export interface FunctionValue {
  kind: 'function'
  node: Node
  scope: Environment
  self: Value | null
  given: Value[]
}
export interface ClassValue {
  kind: 'class'
  node: Node
  name: string | null
  scope: Environment
  parent: Value | null
}
/** A function of the language or of Express, represented by its effect. */
export interface NativeValue {
  kind: 'native'
  run(args: Value[], self: Value | null, site: CallSite): Value
}
/** `req` of a handler. */
export interface RequestValue {
  kind: 'request'
}
/** A part of what the client sent: `params.id`, `body`. */
export interface PartValue {
  kind: 'part'
  part: string
}
/** A query's result: rows, one row, or a column of one. */
export interface RowValue {
  kind: 'row'
  of: QueryValue
}
/** A value that reaches no rows: from a known package, the login or the environment. */
export interface OpaqueValue {
  kind: 'opaque'
  /** functions passed to the call that returned it, such as a wrapper: calling it calls them */
  functions: Value[]
}
export interface PackageValue {
  kind: 'package'
  module: string
  path: string[]
}
/** A connection to the database, a pool, a transaction, an entity manager. */
export interface HandleValue {
  kind: 'handle'
}
/** A model, an entity, a repository or a table object. */
export interface ModelValue {
  kind: 'model'
  name: string
  table: string
}
export interface ColumnValue {
  kind: 'column'
  name: string
}
/** A condition that is built outside of its query: `eq(notes.userId, id)`. */
export interface ConditionValue {
  kind: 'condition'
  conditions: Condition[]
}
export interface Condition {
  column: string
  value: Value | null
}
export interface QueryValue {
  kind: 'query'
  tables: Set<string>
  /** names of its common table expressions, which are not tables */
  ctes: Set<string>
  conditions: Condition[]
  /** the columns that an insert gives, each with its value */
  given: Condition[]
  /** the SQL, if it is sent as text */
  sql: string | null
  writes: boolean
  /** whether it only adds rows */
  adds: boolean
  widened: boolean
  /** whether it names an unknown table */
  astray: boolean
  at: string
  depth: number
}
export interface RouterValue {
  kind: 'router'
  layers: RouteLayer[]
  settings: Map<string, Value>
}
export interface RouteLayer {
  /** null: added with `use`; `param`: runs for a route parameter */
  method: string | null
  path: string
  handlers: Value[]
  at: string
}
export interface NamespaceValue {
  kind: 'namespace'
  file: string
}
/** An unknown value: a call of it may do anything. */
export interface UnknownValue {
  kind: 'unknown'
  why: string
}
export interface EitherValue {
  kind: 'either'
  of: Value[]
}

/** The node that is evaluated, with its scope. */
export interface CallSite {
  node: Node
  scope: Environment
}

export const UNDEFINED: Constant = { kind: 'constant', value: undefined }
export const OPAQUE: OpaqueValue = { kind: 'opaque', functions: [] }
export const HANDLE: HandleValue = { kind: 'handle' }
export const REQUEST: RequestValue = { kind: 'request' }

export const textValue = (value: string, at?: string): Text => ({ kind: 'text', text: value, at })
export const unknown = (why: string): UnknownValue => ({ kind: 'unknown', why })
export const native = (run: NativeValue['run']): NativeValue => ({ kind: 'native', run })
export const listValue = (items: Value[], depth = 0, rest: Value | null = null): ListValue => ({
  kind: 'list',
  items,
  perhaps: new Set(),
  rest,
  depth,
})
export const object = (entries: [string, Value][] = [], depth = 0): ObjectValue => ({
  kind: 'object',
  properties: new Map(entries),
  perhaps: new Set(),
  rest: null,
  of: null,
  depth,
})

/** The most alternatives that are kept. */
const MOST = 16

/** Returns a value that may be any of the given values, without duplicates. */
export function either(values: readonly Value[]): Value {
  const found: Value[] = []
  for (const value of values)
    for (const one of value.kind === 'either' ? value.of : [value])
      if (!found.some((other) => isSame(one, other))) found.push(one)
  if (found.length === 1) return found[0]!
  return found.length ? { kind: 'either', of: found.slice(0, MOST) } : UNDEFINED
}

function isSame(one: Value, other: Value): boolean {
  if (one === other) return true
  if (one.kind === 'text' && other.kind === 'text') return one.text === other.text
  if (one.kind === 'constant' && other.kind === 'constant') return one.value === other.value
  if (one.kind === 'part' && other.kind === 'part') return one.part === other.part
  if (one.kind === 'function' && other.kind === 'function')
    return one.node === other.node && one.scope === other.scope && one.self === other.self
  return one.kind === 'unknown' && other.kind === 'unknown'
}

/** Returns every value that a value may be. */
export const allValues = (value: Value): Value[] => (value.kind === 'either' ? value.of : [value])

export const isUndefined = (value: Value) => value.kind === 'constant' && value.value === undefined

/** Returns the texts that a value may be. Alternatives that are not texts are left out. */
export function textsOf(value: Value | undefined): string[] {
  return value ? allValues(value).flatMap((one) => (one.kind === 'text' ? [one.text] : [])) : []
}

/** Returns the texts that a value may become inside a larger text, `?` if unknown. */
export function asText(value: Value): string[] {
  return allValues(value).map((one) => {
    if (one.kind === 'text') return one.text
    if (one.kind === 'constant' && one.value !== undefined) return String(one.value)
    return '?'
  })
}

/** Returns the value that awaiting a promise or a query yields. */
export function settled(value: Value): Value {
  if (value.kind === 'either') return either(value.of.map(settled))
  return value.kind === 'query' ? { kind: 'row', of: value } : value
}
