import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/built.js'
import { COMIC_PILE, comicPile } from './support/comic-pile.js'
import { gateOf } from './support/gate.js'
import { day } from './support/pile-days.js'
import { reader } from './support/reader.js'
import { serverPrograms, startInstalled } from './support/server-programs.js'

const programs = serverPrograms()
if (!programs && process.env.CI)
  throw new Error('pg_dump and its server are missing: apt-get install postgresql')
if (!programs) console.warn('NOT TESTED: no gate ran on a real pg_dump; PostgreSQL is not installed here.')

const EXAMPLE = '../examples/comic-pile'
const folder = mkdtempSync(join(tmpdir(), 'usertwo-used-'))
const dump = join(folder, 'used.sql')
afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(!programs)('A dump of the example, used for two days by its owner', () => {
  beforeAll(async () => {
    const { runCommand } =
      await built<typeof import('../proof/gate/run/command.js')>('proof/gate/run/command.js')
    const server = await startInstalled(programs!)
    const pile = await comicPile()
    try {
      await pile.seed(server.url)
      const target = await pile.start({ url: server.url, dial: 0, bare: true })
      await runCommand(pile.config.app.drive!, COMIC_PILE, { BASE_URL: target.url })
      await day(reader(target), 'second day')
      server.dump(dump)
    } finally {
      await pile.stop()
      await server.stop()
    }
  }, 180_000)

  test('is written by pg_dump and holds their rows', () => {
    const text = readFileSync(dump, 'utf8')
    expect(text).toMatch(/^-- Dumped by pg_dump version \d/m)
    expect(text).toMatch(/^COPY public\.events /m)
    expect(text).toContain('second day')
  })

  test('passes the whole gate of the schema', async () => {
    expect(await gateOf(EXAMPLE, '3', '--dump', dump)).toMatchObject({ go: true, red: [] })
  }, 300_000)

  // The whole of gate 6 takes minutes: usertwo gate 6 --dump used.sql --config examples/comic-pile
  test('passes the checks of isolation that look at what a database has in it', async () => {
    const only = 'isolation.schema,isolation.enforced,isolation.new-user,isolation.baseline'
    const report = await gateOf(EXAMPLE, '6', '--only', only, '--dump', dump)
    expect(report.red).toEqual([])
    expect(report.checks.map(({ id }) => id).sort()).toEqual(only.split(',').sort())
  }, 300_000)
})
