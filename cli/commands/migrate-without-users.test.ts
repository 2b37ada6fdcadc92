import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Clone } from '../../proof/postgres/throw-away.js'
import { withClient } from '../../src/database/with-client.js'
import { freshDatabase } from '../../test/support/postgres.js'
import type { MigrationPlan, PlannedStep } from '../migrate/plan.js'
import { command as migrate } from './migrate.js'

let folder: string
let config: string
let database: Clone

const OWNERS = { numbers: 1, uuids: '6f1c0a52-8a3e-4b55-9c70-2f3f1f0f9a01', texts: 'me' }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-no-users-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function run(...args: string[]): Promise<string> {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  try {
    await migrate.run([...args, '--database', database.url, '--config', config])
    return lines.join('\n')
  } finally {
    log.mockRestore()
  }
}

const planned = async () => JSON.parse(await run('plan', '--json')) as MigrationPlan
const ofOwnership = (steps: PlannedStep[]) => steps.filter(({ name }) => /^public\.|^schema/.test(name))

it.each(Object.entries(OWNERS))(
  'an app without users is planned whole, as it will be migrated (%s)',
  async (keys, owner) => {
    // A module is loaded once: each has a folder of its own.
    const own = join(folder, keys)
    mkdirSync(own)
    config = join(own, 'usertwo.config.mjs')
    writeFileSync(
      config,
      `export default { app: { start: ['node', 'server.js'] }, owner: { id: ${JSON.stringify(owner)} },
      users: { table: 'users' }, tables: { items: { owner: 'user_id' } } }`,
    )
    database = await freshDatabase()
    await withClient(database.url, 'test', (client) =>
      client.query(
        'create table items (id serial primary key, name text); insert into items (name) values (1)',
      ),
    )
    const before = await planned()
    expect(before.problems).toEqual([])
    expect(ofOwnership(before.steps).map(({ name }) => name)).toContain('public.users: rights of requests')
    await run('up', '--to', '3')
    const after = await planned()
    expect(ofOwnership(before.steps)).toEqual(ofOwnership(after.steps))
    await run('up')
    expect(await run('plan')).toContain('nothing to do: at phase 8')
  },
)
