import knex, { type Knex } from 'knex'
import { actAs, type UserId } from '../../src/core/context.js'
import type { QueryPolicy, TableAccess } from '../../src/phases/6-isolation/query/policy.js'
import { scopeKnex } from '../../src/phases/6-isolation/query/scope-knex.js'

const ACCESS: Record<string, TableAccess> = {
  users: 'self',
  threads: 'private',
  events: 'private',
  posts: 'readable',
  tags: 'reference',
  secrets: 'closed',
}

/** What the layer told about itself. */
export interface Heard {
  rewrites: { table: string; column: string }[]
  raws: { kind: string; sql: string }[]
}

/** The policy of the room's tests: a users table, two private tables, and one of each other kind. */
export function testPolicy(more: Partial<QueryPolicy> = {}): QueryPolicy & { heard: Heard } {
  const heard: Heard = { rewrites: [], raws: [] }
  return {
    heard,
    owned: new Map([
      ['users', 'id'],
      ['threads', 'user_id'],
      ['events', 'user_id'],
      ['posts', 'author_id'],
    ]),
    usersTable: 'users',
    ownerId: 1,
    access: (table) => ACCESS[table],
    columns: (table) => (table === 'threads' ? ['id', 'title', 'n', 'user_id'] : undefined),
    onRewrite: (site) => void heard.rewrites.push(site),
    onRaw: (site) => void heard.raws.push(site),
    ...more,
  }
}

/** A scoped handle that compiles and never connects. */
export function compilingKnex(policy: QueryPolicy = testPolicy(), config: Knex.Config = {}): Knex {
  return scopeKnex(knex({ client: 'pg', ...config }), () => policy)
}

export function asUser<T>(id: UserId, work: () => T): T {
  return actAs({ kind: 'user', id, person: null }, work)
}

export function asSystem<T>(work: () => T): T {
  return actAs({ kind: 'system', reason: 'test' }, work)
}

/** The SQL of a query of user 2. */
export function sqlFor2(query: () => unknown): string {
  return asUser(2, () => String(query()))
}

/** The code a query of user 2 is refused with; null: it is not. */
export function refusalFor2(query: () => unknown): string | null {
  try {
    sqlFor2(query)
    return null
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
