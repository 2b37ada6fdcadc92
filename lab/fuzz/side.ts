import fc from 'fast-check'
import type { Knex } from 'knex'

/** What a query can see under one alias. */
export interface FuzzSource {
  alias: string
  columns: string[]
  owner: string | null
}

/** One side of a comparison: the handle, and the id that its code writes for its user. */
export interface Side {
  db: Knex
  /** The schema the tables are in, for `withSchema`. */
  schema: string
  inSchema: boolean
  /** Under the query layer, old code writes the owner's id; everywhere else it is the user's own id. */
  me: number
  /** Returns the next alias; they are numbered so that no two queries share one by accident. */
  alias(): string
  /** The CTEs in scope, by name; a name may hide a table. */
  ctes: Map<string, FuzzSource>
}

export type Query = Knex.QueryBuilder

export function sideOf(db: Knex, schema: string, me: number): Side {
  let aliases = 0
  return { db, schema, inSchema: false, me, alias: () => `t${++aliases}`, ctes: new Map() }
}

/** A number that selects an item of a list whose length is not known yet; see `at`. */
export const pick: fc.Arbitrary<number> = fc.noBias(fc.nat(0xffff))

export function at<T>(list: readonly T[], picked: number): T {
  return list[picked % list.length]!
}

/** True with this probability in percent; shrinks to false. */
export function sometimes(percent: number): fc.Arbitrary<boolean> {
  return weighted([100 - percent, false], [percent, true])
}

/** One of several values by weight; shrinks to the first. */
export function weighted<T>(...choices: [number, T][]): fc.Arbitrary<T> {
  const arbitraries = choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) }))
  return fc.oneof({ withCrossShrink: true }, ...arbitraries)
}

/** One of several pieces by weight; shrinks to the first. */
export function oneOf<T>(...choices: [number, fc.Arbitrary<T>][]): fc.Arbitrary<T> {
  return fc.oneof({ withCrossShrink: true }, ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })))
}

/** Returns a column of one of the sources whose name matches, or else its id. */
export function columnAt(sources: readonly FuzzSource[], picked: number, like?: RegExp): string {
  const source = at(sources, picked)
  const columns = like ? source.columns.filter((name) => like.test(name)) : source.columns
  return `${source.alias}.${columns.length > 0 ? at(columns, Math.floor(picked / sources.length)) : 'id'}`
}
