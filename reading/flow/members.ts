import { child } from '../syntax/tree.js'
import { repositoryOf } from './by-type.js'
import { conditionsOf } from './conditions.js'
import { bound, initialiseObject, methodOf } from './functions.js'
import { listCall, textCall } from './known/builtins.js'
import { modelCall } from './known/model-calls.js'
import { packageCall } from './known/packages.js'
import { handleCall, queryCall, rowCall, unknownCall } from './known/queries.js'
import { requestCall, requestMember } from './known/requests.js'
import { routerCall } from './known/routers.js'
import { type Machine, runCallbacks } from './machine.js'
import {
  type CallSite,
  type ClassValue,
  either,
  HANDLE,
  isUndefined,
  type ListValue,
  type ObjectValue,
  OPAQUE,
  object,
  REQUEST,
  settled,
  textValue,
  UNDEFINED,
  unknown,
  type Value,
} from './values.js'

/** Members set on values that are not plain objects: functions, classes, the response, routers. */
const extraMembers = new WeakMap<Value, Map<string, Value>>()

export function get(m: Machine, of: Value, name: string | null, site: CallSite): Value {
  const own = name === null ? undefined : extraMembers.get(of)?.get(name)
  if (own) return own
  switch (of.kind) {
    case 'either': {
      const found = of.of.map((one) => get(m, one, name, site))
      const known = found.filter((one) => !isUndefined(one))
      return either(known.length ? known : found)
    }
    case 'object':
      return ofObject(m, of, name, site)
    case 'class':
      return name === null ? OPAQUE : ofClass(m, of, name, site)
    case 'list':
      return ofList(of, name)
    case 'request':
      return requestMember(m, name)
    case 'part':
      return name === 'length'
        ? OPAQUE
        : { kind: 'part', part: name === null ? of.part : `${of.part}.${name}` }
    case 'row':
      return of
    case 'query':
      return settled(of)
    case 'model':
      if (name === 'name') return textValue(of.name)
      return name && /^\$|^table$/.test(name) ? of : { kind: 'column', name: name ?? '' }
    case 'package':
      return name === 'default' ? of : { ...of, path: [...of.path, name ?? '?'] }
    case 'handle':
      if (name === null) return either([HANDLE, ...m.models.all()])
      return m.models.byName(name) ?? m.models.byTable(name) ?? HANDLE
    case 'namespace':
      return name === null
        ? either(m.exportNames(of.file).map((one) => m.exported(of.file, one)))
        : m.exported(of.file, name)
    case 'function':
      if (name === 'prototype') return setNew(m, of, name)
      return name === 'name' ? OPAQUE : UNDEFINED
    case 'router':
      return name === 'locals' ? setNew(m, of, name) : OPAQUE
    case 'unknown': {
      const model = name ? m.models.byName(name) : null
      return model ?? unknown(name ? `${of.why}.${name}` : of.why)
    }
    case 'condition':
      return of
    case 'constant':
      return UNDEFINED
    default:
      return OPAQUE
  }
}

function ofList(of: ListValue, name: string | null): Value {
  if (name === 'length') return OPAQUE
  if (name !== null && /^\d+$/.test(name)) return of.items[Number(name)] ?? of.rest ?? UNDEFINED
  return either([...of.items, ...(of.rest ? [of.rest] : [])])
}

/** Sets an empty object as a member of a value and returns it. */
function setNew(m: Machine, of: Value, name: string): Value {
  const made = object()
  set(m, of, name, made)
  return made
}

function ofObject(m: Machine, of: ObjectValue, name: string | null, site: CallSite): Value {
  const rest = of.rest ? [of.rest] : []
  if (name === null) return either([...of.properties.values(), ...rest])
  const own = of.properties.get(name)
  if (own) return own
  const getter = of.properties.get(`get ${name}`) ?? (of.of && methodOf(of.of, name, false, 'get'))
  if (getter) return m.call(getter, of, [], site)
  const method = of.of && methodOf(of.of, name, false, 'method')
  if (method) return { ...method, self: null }
  if (of.rest) return of.rest
  return of.of && extendsPackage(of.of) ? unknown(name) : UNDEFINED
}

/** Returns whether a class extends a class of a package. */
const extendsPackage = (of: ClassValue): boolean =>
  of.parent?.kind === 'class' ? extendsPackage(of.parent) : of.parent !== null

function ofClass(m: Machine, of: ClassValue, name: string, site: CallSite): Value {
  const getter = methodOf(of, name, true, 'get')
  if (getter) return m.call(getter, of, [], site)
  const method = methodOf(of, name, true, 'method')
  if (method) return method
  if (name === 'name') return textValue(of.name ?? '')
  const above = of.parent?.kind === 'class' ? get(m, of.parent, name, site) : UNDEFINED
  return isUndefined(above) && m.models.byClass(of) ? { kind: 'column', name } : above
}

export function set(m: Machine, of: Value, name: string | null, value: Value): void {
  if (of.kind === 'object') {
    setProperty(m, of, name, value)
    return
  }
  if (of.kind === 'list') {
    of.rest = either([...(of.rest ? [of.rest] : []), value])
    return
  }
  // A value that represents many values has no members of its own.
  if (name === null || of === OPAQUE || of === REQUEST || /^(unknown|constant|handle)$/.test(of.kind)) return
  const known = extraMembers.get(of) ?? new Map<string, Value>()
  const before = known.get(name)
  known.set(name, before && m.depth > 0 ? either([before, value]) : value)
  extraMembers.set(of, known)
}

function setProperty(m: Machine, of: ObjectValue, name: string | null, value: Value): void {
  if (name === null) {
    of.rest = either([...(of.rest ? [of.rest] : []), value])
    return
  }
  const setter = of.of && methodOf(of.of, name, false, 'set')
  if (setter) {
    m.call(setter, of, [value], { node: setter.node, scope: setter.scope })
    return
  }
  const before = of.properties.get(name)
  const isSure = m.depth <= of.depth
  of.properties.set(name, before && !isSure ? either([before, value]) : value)
  if (!isSure && !before) of.perhaps.add(name)
}

export function callMember(m: Machine, of: Value, name: string, args: Value[], site: CallSite): Value {
  if (of.kind === 'either') {
    const known = of.of.filter((one) => one.kind !== 'constant')
    return either(known.map((one) => callMember(m, one, name, args, site)))
  }
  const own = extraMembers.get(of)?.get(name)
  if (own) return m.call(own, of, args, site)
  if (/^(then|catch|finally)$/.test(name) && !(of.kind === 'object' && of.properties.has(name)))
    return chained(m, of, name, args, site)
  if (of.kind === 'function' || of.kind === 'native' || (of.kind === 'opaque' && name === 'bind')) {
    if (name === 'bind') return bound(of, args[0] ?? UNDEFINED, args.slice(1))
    if (name === 'call') return m.call(of, args[0] ?? null, args.slice(1), site)
    if (name === 'apply')
      return m.call(
        of,
        args[0] ?? null,
        args[1]?.kind === 'list' ? args[1].items : [OPAQUE, OPAQUE, OPAQUE],
        site,
      )
  }
  switch (of.kind) {
    case 'object':
      return instanceCall(m, of, name, args, site)
    case 'class':
      return classCall(m, of, name, args, site)
    case 'list':
      return listCall(m, of, name, args, site)
    case 'text':
      return textCall(m, of, name, args, site)
    case 'part':
      runCallbacks(m, args, [of, OPAQUE], site)
      return of
    case 'request':
      return requestCall(m, of, name, args, site)
    case 'row':
      return rowCall(m, of, name, args, site)
    case 'package':
      return packageCall(m, of, name, args, site)
    case 'handle':
      return handleCall(m, name, args, site)
    case 'model':
      return modelCall(m, of, name, args, site)
    case 'query':
      return queryCall(m, of, name, args, site)
    case 'router':
      return routerCall(m, of, name, args, site)
    case 'namespace':
      return m.call(m.exported(of.file, name), null, args, site)
    case 'condition':
      return { kind: 'condition', conditions: [...of.conditions, ...conditionsOf(args)] }
    case 'unknown':
      return unknownCall(m, of, name, args, site)
    case 'opaque':
      runCallbacks(m, args, [OPAQUE, OPAQUE, OPAQUE], site)
      return OPAQUE
    default:
      return OPAQUE
  }
}

/** Returns the result of `then`, `catch` or `finally`. */
function chained(m: Machine, of: Value, name: string, args: Value[], site: CallSite): Value {
  const value = settled(of)
  if (name === 'then') {
    if (args[1]) m.perhaps(() => m.call(args[1]!, null, [OPAQUE], site))
    return args[0] ? settled(m.call(args[0], null, [value], site)) : value
  }
  m.perhaps(() => args[0] && m.call(args[0], null, [OPAQUE], site))
  return value
}

/** Runs `super(…)` of a constructor. */
export function constructAbove(m: Machine, self: Value, above: Value, args: Value[], site: CallSite): void {
  if (above.kind === 'class' && child(above.node, 'body')) initialiseObject(m, above, self, args, site)
}

function instanceCall(m: Machine, of: ObjectValue, name: string, args: Value[], site: CallSite): Value {
  const found = m.get(of, name, site)
  if (found.kind !== 'unknown' && !isUndefined(found)) return m.call(found, of, args, site)
  if (/^(hasOwnProperty|toString|toJSON|valueOf)$/.test(name)) return OPAQUE
  const model = of.of && m.models.byClass(of.of)
  if (model) return modelCall(m, model, /^(save|insert|persist)$/.test(name) ? 'save' : name, args, site)
  const above = of.of && topOf(of.of)
  const entity = above && m.models.byName(repositoryOf(above.node) ?? '')
  if (entity) return modelCall(m, entity, name, args, site)
  if (above?.parent?.kind === 'package')
    return packageCall(m, { ...above.parent, path: [...above.parent.path, '()'] }, name, args, site)
  return unknownCall(m, unknown(`${of.of?.name ?? 'an object'}.${name}`), name, args, site)
}

/** Returns the topmost parent class that the app itself defines. */
const topOf = (of: ClassValue): ClassValue => (of.parent?.kind === 'class' ? topOf(of.parent) : of)

function classCall(m: Machine, of: ClassValue, name: string, args: Value[], site: CallSite): Value {
  const found = m.get(of, name, site)
  if (found.kind !== 'column' && !isUndefined(found)) return m.call(found, of, args, site)
  const model = m.models.byClass(of)
  if (model) return modelCall(m, model, name, args, site)
  const above = topOf(of)
  if (above.parent?.kind === 'package') return packageCall(m, above.parent, name, args, site)
  return unknownCall(m, unknown(`${of.name ?? 'a class'}.${name}`), name, args, site)
}
