import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { readHar } from '../proof/gate/traffic/har.js'
import { masked } from '../proof/gate/traffic/volatile.js'
import { build } from './support/built.js'

const APPS = new URL('matrix/apps/', import.meta.url)
const LIBRARIES = ['pg-promise', 'sequelize', 'typeorm', 'drizzle-orm']
const MAIN = fileURLToPath(new URL('matrix/main.mjs', import.meta.url))

interface Cell {
  name: string
  queries: number
  wrong: number
  first: string | null
}

/** The matrix over what is installed at the root; `npm run matrix` has the old versions. */
async function matrix(...options: string[]): Promise<{ cells: Cell[]; code: number }> {
  const args = [MAIN, '--installed', '--json', '--queries', '400', ...options]
  const { stdout, code } = await promisify(execFile)(process.execPath, args).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  )
  return { ...JSON.parse(stdout), code }
}

beforeAll(build)

test('forty users on a pool of two get only their own rows, by knex and by pg', async () => {
  const { cells, code } = await matrix()
  expect(cells.map(({ name, wrong, first }) => ({ name, wrong, first }))).toEqual([
    { name: 'knex', wrong: 0, first: null },
    { name: 'pg', wrong: 0, first: null },
  ])
  for (const { queries } of cells) expect(queries).toBeGreaterThanOrEqual(400)
  expect(code).toBe(0)
}, 120_000)

test('the apps of the matrix answer the same day alike, whichever library keeps the rows', () => {
  const dayOf = (app: string) =>
    readHar(fileURLToPath(new URL(`${app}/usertwo/baseline.har`, APPS))).map(
      ({ method, path, response: { status, body }, volatile }) =>
        `${method} ${path} ${status} ${masked(body, volatile)}`,
    )
  const day = dayOf('pg')
  expect(day.length).toBeGreaterThan(30)
  for (const library of LIBRARIES) expect(dayOf(library)).toEqual(day)
})

test('the two edits are all that an app of the matrix is changed by', () => {
  const linesOf = (app: string, file: string) =>
    readFileSync(new URL(`${app}/${file}`, APPS), 'utf8').split('\n')
  for (const app of ['pg', ...LIBRARIES, 'knex-uuids']) {
    const before = linesOf(app, 'server.js')
    const after = linesOf(app, 'server.hardened.js')
    const added = after.filter((line) => !before.includes(line) && !line.startsWith('import '))
    expect(added).toEqual([
      expect.stringMatching(/^scope\(\w+\) \/\/ edit 1/),
      expect.stringMatching(/^const app = usertwo\(createApp\(.+\), usertwoConfig\) \/\/ edit 2/),
    ])
    expect(before.filter((line) => !after.includes(line))).toEqual([
      expect.stringMatching(/^const app = createApp\(.+\)$/),
    ])
  }
})

test('the same work without the layers is red in each cell', async () => {
  const { cells, code } = await matrix('--bare')
  for (const { wrong } of cells) expect(wrong).toBeGreaterThan(200)
  expect(code).toBe(1)
}, 180_000)
