import { plainModel } from '../../schema/model-queries.js'
import type { DeclaredTable } from '../../schema/schema-in-sql.js'
import type { Models } from '../machine.js'
import { type ClassValue, type ModelValue, textsOf, type Value } from '../values.js'

/** Returns the models of an app: those its source declares, and those created while it is followed. */
export function makeModels(tables: readonly DeclaredTable[], tableNameOf: (of: ClassValue) => Value): Models {
  const byName = new Map<string, ModelValue>()
  const byTable = new Map<string, ModelValue>()
  const byClass = new Map<unknown, ModelValue | null>()
  const models: Models = {
    byName: (name) => byName.get(plainModel(name)) ?? null,
    byTable: (name) => byTable.get(name.toLowerCase()) ?? null,
    byClass(of) {
      const known = byClass.get(of.node)
      if (known !== undefined) return known
      byClass.set(of.node, null)
      const named = of.name && isModel(of) ? models.byName(of.name) : null
      const [table] = named ? [] : of.parent ? textsOf(tableNameOf(of)) : []
      const found = named ?? (table ? models.add(of.name ?? table, table) : null)
      byClass.set(of.node, found)
      return found
    },
    add(name, table) {
      const made: ModelValue = { kind: 'model', name, table }
      byName.set(plainModel(name), made)
      if (!byTable.has(table.toLowerCase())) byTable.set(table.toLowerCase(), made)
      return made
    },
    all: () => [...new Set(byName.values())],
  }
  for (const { name, models: names } of tables) {
    for (const one of names) models.add(one, name)
    if (!names.length) byTable.set(name.toLowerCase(), { kind: 'model', name, table: name })
  }
  return models
}

/**
 * Returns whether a class can be a model: it has a decorator or a parent class. A service that happens to be
 * called Note is not one.
 */
function isModel({ node, parent }: ClassValue): boolean {
  return parent !== null || (Array.isArray(node.decorators) && node.decorators.length > 0)
}
