import type { Knex } from 'knex'
import type { Side } from './conditions.js'

export function sideOf(db: Knex, schema: string, ownerLiteral: number): Side {
  let aliases = 0
  return { db, schema, inSchema: false, ownerLiteral, alias: () => `t${++aliases}`, ctes: new Map() }
}
