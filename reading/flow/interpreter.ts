import type { PackageModules } from '../app/workspace.js'
import type { DeclaredTable } from '../schema/schema-in-sql.js'
import { FUNCTION } from '../syntax/binding.js'
import type { Source } from '../syntax/sources.js'
import { makeMap, makeSet } from './collections.js'
import { Environment } from './environment.js'
import { evaluate } from './expressions.js'
import { callFunction, makeInstance } from './functions.js'
import { globalsOf } from './known/globals.js'
import { modelCall } from './known/model-calls.js'
import { makeModels } from './known/models.js'
import { packageCall, packageNew } from './known/packages.js'
import { handleCall, queryCall, unknownCall } from './known/queries.js'
import { type Machine, placeOf, runCallbacks, type Track } from './machine.js'
import { callMember, constructAbove, get, set } from './members.js'
import { Modules } from './modules.js'
import { bind } from './patterns.js'
import { runStatements } from './statements.js'
import {
  type CallSite,
  either,
  listValue,
  native,
  OPAQUE,
  object,
  type QueryValue,
  settled,
  UNDEFINED,
  type Value,
} from './values.js'

/** The most steps that one route may take. A route that needs more is reported as open. */
const MOST_STEPS = 400_000

const newQuery = (): Omit<QueryValue, 'at' | 'depth'> => ({
  kind: 'query',
  tables: new Set(),
  ctes: new Set(),
  conditions: [],
  given: [],
  sql: null,
  writes: false,
  adds: false,
  widened: false,
  astray: false,
})

export class TooLong extends Error {}

export const newTrack = (): Track => ({
  lines: new Set(),
  queries: [],
  parts: new Set(),
  open: new Map(),
  steps: 0,
})

/** Assembles the interpreter for the files of one app. */
export function makeInterpreter(
  sources: readonly Source[],
  tables: readonly DeclaredTable[],
  packages: PackageModules,
  texts: ReadonlyMap<string, string>,
): { m: Machine; loadAll(): void } {
  const m: Machine = {
    track: newTrack(),
    depth: 0,
    stack: [],
    routers: [],
    app: OPAQUE,
    settings: new Map(),
    root: new Environment('', null),
    models: makeModels(tables, (of) => get(m, of, 'tableName', { node: of.node, scope: of.scope })),
    evaluate: (node, scope) => step(node, scope),
    run: (nodes, scope) => runStatements(m, nodes, scope),
    bind: (pattern, value, scope, declares) => bind(m, pattern, value, scope, declares),
    get: (of, name, site) => get(m, of, name, site),
    set: (of, name, value) => set(m, of, name, value),
    call: (callee, self, args, site) => call(m, callee, self, args, site),
    callMember: (of, name, args, site) => callMember(m, of, name, args, site),
    construct: (callee, args, site) => construct(m, callee, args, site),
    constructAbove: (self, above, args, site) => constructAbove(m, self, above, args, site),
    perhaps(work) {
      m.depth++
      try {
        return work()
      } finally {
        m.depth--
      }
    },
    required: (module, from) => modules.required(module, from),
    imported: (module, name, from) => modules.imported(module, name, from),
    exported: (file, name) => modules.exported(file, name),
    exportNames: (file) => modules.exportNames(file),
    textOf: (file) => textNamed(texts, file.replace(/^(?:\.?\/)+/, '')),
    filesIn: (folder) => filesIn(folder, texts),
    open: (site, why) => void m.track.open.set(`${placeOf(site)} ${why}`, why),
    ask(site, given) {
      const query = { ...newQuery(), at: placeOf(site), depth: m.depth, ...given }
      m.track.queries.push(query)
      return query
    },
  }
  const step = stepping(m)
  const modules = new Modules(m, sources, packages, globalsOf(m), (work) => apart(m, work))
  return {
    m,
    loadAll() {
      for (const { file } of sources)
        try {
          modules.load(file)
        } catch (error) {
          if (!(error instanceof TooLong) && !(error instanceof RangeError)) throw error
        }
    },
  }
}

/** Returns an `evaluate` that counts steps and records the lines it reaches. */
function stepping(m: Machine): Machine['evaluate'] {
  let last: { file: string; line: number; track: Track | null } = { file: '', line: 0, track: null }
  return (node, scope) => {
    if (m.track.steps++ > MOST_STEPS) throw new TooLong()
    const line = node?.loc.start.line ?? 0
    // Defining a function does not run its lines.
    const isNew = line !== last.line || scope.file !== last.file || m.track !== last.track
    if (node && isNew && !FUNCTION.test(node.type)) {
      m.track.lines.add(`${scope.file}:${line}`)
      last = { file: scope.file, line, track: m.track }
    }
    return evaluate(m, node, scope)
  }
}

/**
 * Loads a module outside of the current route and its conditions: it is loaded once, wherever it is first
 * required.
 */
function apart<T>(m: Machine, work: () => T): T {
  const { track, depth, stack } = m
  Object.assign(m, { track: newTrack(), depth: 0, stack: [] })
  try {
    return work()
  } finally {
    Object.assign(m, { track, depth, stack })
  }
}

function filesIn(folder: string, texts: ReadonlyMap<string, string>): string[] {
  const inside = folder.replace(/^\.?\/|\/$/g, '')
  const start = inside && inside !== '.' ? `${inside}/` : ''
  const names = [...texts.keys()].flatMap((file) =>
    file.startsWith(start) ? [file.slice(start.length).split('/')[0]!] : [],
  )
  return [...new Set(names)]
}

function call(m: Machine, callee: Value, self: Value | null, args: Value[], site: CallSite): Value {
  switch (callee.kind) {
    case 'function':
      return callFunction(m, callee, self, args, site)
    case 'native':
      return callee.run(args, self, site)
    case 'either': {
      const known = callee.of.filter((one) => one.kind !== 'constant')
      return m.perhaps(() => either(known.map((one) => call(m, one, self, args, site))))
    }
    case 'package':
      return packageCall(m, callee, '', args, site)
    case 'handle':
      return handleCall(m, '', args, site)
    case 'model':
      return modelCall(m, callee, '', args, site)
    case 'class':
      return construct(m, callee, args, site)
    case 'query':
      return queryCall(m, callee, 'where', args, site)
    case 'opaque':
      return either([...runCallbacks(m, callee.functions, args, site), OPAQUE])
    case 'unknown':
      return unknownCall(m, callee, '', args, site)
    case 'namespace':
      return call(m, m.exported(callee.file, 'default'), self, args, site)
    case 'object':
      m.open(site, 'calls an unknown function')
      return OPAQUE
    case 'constant':
      if (callee.value === undefined) m.open(site, 'calls an unknown function')
      return OPAQUE
    default:
      runCallbacks(m, args, [OPAQUE, OPAQUE], site)
      return OPAQUE
  }
}

function construct(m: Machine, callee: Value, args: Value[], site: CallSite): Value {
  switch (callee.kind) {
    case 'class':
      return makeInstance(m, callee, args, site)
    case 'either':
      return either(
        callee.of.filter(({ kind }) => kind !== 'constant').map((one) => construct(m, one, args, site)),
      )
    case 'function': {
      const self = object([], m.depth)
      const above = m.get(callee, 'prototype', site)
      if (above.kind === 'object')
        for (const [name, value] of above.properties) self.properties.set(name, value)
      const given = callFunction(m, callee, self, args, site)
      return given.kind === 'object' ? given : self
    }
    case 'package':
      return packageNew(m, callee, args, site)
    case 'unknown':
      return builtin(m, callee.why, args, site) ?? callee
    case 'handle':
      return callee
    case 'namespace':
      return construct(m, m.exported(callee.file, 'default'), args, site)
    default:
      return OPAQUE
  }
}

function builtin(m: Machine, name: string, args: Value[], site: CallSite): Value | null {
  if (/Map$/.test(name)) return makeMap(m, args[0])
  if (/Set$/.test(name)) return makeSet(m, args[0])
  if (name === 'Array') return listValue([], m.depth, OPAQUE)
  if (name !== 'Promise') return null
  const given: Value[] = []
  const done = native(([value]) => {
    given.push(settled(value ?? UNDEFINED))
    return UNDEFINED
  })
  m.call(args[0] ?? OPAQUE, null, [done, OPAQUE], site)
  return either(given)
}

/** The text of a file. A path may begin at the folder of the package that runs: `db/notes.sql` of `server/db/notes.sql`. */
function textNamed(texts: ReadonlyMap<string, string>, path: string): string | null {
  const found = texts.get(path)
  if (found !== undefined || !path.includes('/')) return found ?? null
  const below = [...texts].filter(([file]) => file.endsWith(`/${path}`))
  return below.length === 1 ? below[0]![1] : null
}
