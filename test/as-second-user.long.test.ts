import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { COMIC_PILE, type ComicPile, comicPile } from './support/comic-pile.js'
import { freshDatabase } from './support/postgres.js'
import { join as joinPile, reader } from './support/reader.js'
import { storedOf } from './support/stored.js'

const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
/** They ask for one user only, or for routes that stay off. */
const NOT_FOR_TWO = ['**/*.single.test.js', '**/*.ops.test.js']
/** Phase 7 retires pages that this file asks for. */
const RETIRED = 'test/legacy.test.js'

let pile: ComicPile
let urls: { url: string; adminUrl: string }
let second: { id: number; token: string }
let ownersRows: Record<string, string[]>

beforeAll(async () => {
  pile = await comicPile()
  urls = await freshDatabase()
  await pile.seed(urls.url)
  await pile.migrate(urls, 8)
  const app = await pile.start({ ...urls, dial: 8, realTime: true })
  await joinPile(app, { email: 'a@example.com', password: 'first of all readers' }, pile.claimCode)
  const token = await joinPile(app, { email: 'b@example.com', password: 'second of all readers' })
  const { id } = await reader(app, { token }).get<{ id: number }>('/api/auth/me')
  second = { id, token }
  await app.stop()
  ownersRows = await storedOf(urls.adminUrl, 1)
  expect(ownersRows.threads).toHaveLength(20)
}, 120_000)
afterAll(() => pile?.stop())

/** The app's own tests, by the app's own vitest, against the app at a dial, as the second person. */
async function ownSuite(dial: number, args: string[]): Promise<{ code: number | null; output: string }> {
  const app = await pile.start({ ...urls, dial, realTime: true })
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [VITEST, 'run', ...args], {
    cwd: COMIC_PILE,
    env: {
      PATH,
      HOME,
      NO_COLOR: '1',
      COMIC_PILE_URL: app.url,
      COMIC_PILE_TOKEN: second.token,
      COMIC_PILE_USER_ID: String(second.id),
      DATABASE_URL: urls.url,
      PGOPTIONS: `-c usertwo.user_id=${second.id}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const code = await new Promise<number | null>((done) => child.once('close', done))
  await app.stop()
  return { code, output }
}

async function passes(dial: number, args: string[]): Promise<void> {
  const { code, output } = await ownSuite(dial, args)
  expect(code, output.slice(-8000)).toBe(0)
  expect(output).toMatch(/Tests +\d{2,} passed/)
  expect(await storedOf(urls.adminUrl, 1)).toEqual(ownersRows)
}

test(
  'comic-pile passes its own tests as the second person at dial 8, and the rows of the owner stay as they are',
  () =>
    passes(
      8,
      [...NOT_FOR_TWO, RETIRED].flatMap((glob) => ['--exclude', glob]),
    ),
  180_000,
)

test('and those of the pages that phase 7 retires, at dial 6', () => passes(6, [RETIRED]), 60_000)
