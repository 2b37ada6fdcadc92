import { repositoryOf } from './by-type.js'
import { modelCall } from './known/model-calls.js'
import { packageCall } from './known/packages.js'
import { unknownCall } from './known/queries.js'
import type { Machine } from './machine.js'
import {
  type CallSite,
  type ClassValue,
  isUndefined,
  type ObjectValue,
  OPAQUE,
  unknown,
  type Value,
} from './values.js'

export function instanceCall(
  m: Machine,
  of: ObjectValue,
  name: string,
  args: Value[],
  site: CallSite,
): Value {
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

export function classCall(m: Machine, of: ClassValue, name: string, args: Value[], site: CallSite): Value {
  const found = m.get(of, name, site)
  if (found.kind !== 'column' && !isUndefined(found)) return m.call(found, of, args, site)
  const model = m.models.byClass(of)
  if (model) return modelCall(m, model, name, args, site)
  const above = topOf(of)
  if (above.parent?.kind === 'package') return packageCall(m, above.parent, name, args, site)
  return unknownCall(m, unknown(`${of.name ?? 'a class'}.${name}`), name, args, site)
}
