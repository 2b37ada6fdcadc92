import type { Knex } from 'knex'
import type { Side } from './conditions.js'

export function sideOf(db: Knex, ownerLiteral: number): Side {
  let aliases = 0
  return { db, ownerLiteral, alias: () => `t${++aliases}`, ctes: new Map() }
}
