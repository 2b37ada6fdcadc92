import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrateTo } from '../../src/migrate.js'
import type { attach } from '../../src/phases/6-isolation/connection/attach.js'
import { driverOf } from '../../src/phases/6-isolation/connection/driver/driver-of.js'
import { releaseOnce } from '../../src/phases/6-isolation/connection/release.js'
import type { scopeKnex } from '../../src/phases/6-isolation/query/scope-knex.js'
import { enforcement } from '../../src/phases/6-isolation/start/enforcement.js'
import { scope as appScope } from '../../src/scope.js'
import { databases } from '../../test/support/postgres.js'
import { CONNECTION_REMOVALS } from './connection-removals.js'
import { type FuzzDatabases, fuzzDatabases } from './databases.js'
import { type FuzzOptions, fuzz } from './fuzz.js'
import { POLICY_REMOVALS } from './policy-removals.js'
import { QUERY_REMOVALS } from './query-removals.js'
import { moduleWithout, type Removal } from './without.js'

const MOST = { reads: 2_000, writes: 1_500 }
const LITTLE = { reads: 120, writes: 60 }

/** On a busy machine, the rarest difference takes long to find. */
const PATIENCE = { timeout: 240_000 }

let made: FuzzDatabases
beforeAll(async () => {
  made = await fuzzDatabases(databases(), migrateTo)
})
afterAll(() => made?.drop())

const only = (seenBy: 'reads' | 'writes') => (seenBy === 'reads' ? { writes: 0 } : { reads: 0 })

async function differences(options: Partial<FuzzOptions>): Promise<string[]> {
  return (await fuzz({ databases: made, scope: appScope, seed: 1, first: true, ...MOST, ...options }))
    .differences
}

describe('the fuzz finds what the query layer lacks without', PATIENCE, () => {
  const behind = async (removal: Removal, options: Partial<FuzzOptions>) => {
    const { module, dispose } = await moduleWithout<{ scopeKnex: typeof scopeKnex }>(removal, 'scope-knex.ts')
    try {
      return await differences({ layers: ['query layer'], scopeKnex: module.scopeKnex, ...options })
    } finally {
      await dispose()
    }
  }

  it('nothing: an unchanged copy does not differ', async () => {
    const [first] = QUERY_REMOVALS
    expect(await behind({ ...first!, to: first!.from }, LITTLE)).toEqual([])
  })

  it.each(QUERY_REMOVALS)('$what', async ({ seenBy, ...removal }) => {
    expect(await behind(removal, only(seenBy))).not.toEqual([])
  })
})

describe('the fuzz finds what the policies lack without', PATIENCE, () => {
  it.each(POLICY_REMOVALS)('$what', async ({ sql, seenBy }) => {
    const changed = await made.changed(sql)
    try {
      expect(await differences({ databases: changed, layers: ['policies'], ...only(seenBy) })).not.toEqual([])
    } finally {
      await changed.drop()
    }
  })

  it('nothing: an unchanged copy does not differ', async () => {
    const copy = await made.changed('select 1')
    expect(await differences({ databases: copy, layers: ['policies'], ...LITTLE })).toEqual([])
    await copy.drop()
  })
})

describe('the fuzz finds what the connection layer lacks without', PATIENCE, () => {
  const behind = async (removal: Removal, options: Partial<FuzzOptions>) => {
    const { module, dispose } = await moduleWithout<{ attach: typeof attach }>(removal, 'attach.ts')
    const scope = (db: Knex) => {
      const { pg, version } = driverOf(db)
      module.attach(pg, version, () => enforcement()?.connection ?? null)
      releaseOnce(db.client)
      return db
    }
    try {
      return await differences({ layers: ['policies'], scope, ...options })
    } finally {
      await dispose()
    }
  }

  it('nothing: an unchanged copy does not differ', async () => {
    const [first] = CONNECTION_REMOVALS
    expect(await behind({ ...first!, to: first!.from }, { ...LITTLE, writes: 0 })).toEqual([])
  })

  it.each(CONNECTION_REMOVALS)('$what', async (removal) => {
    expect(await behind(removal, { writes: 0 })).not.toEqual([])
  })
})
