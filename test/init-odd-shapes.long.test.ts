// One app with many shapes that init was not written for at first; each has cost a GO.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lay, plant, usertwo } from './init/play.mjs'
import { build } from './support/built.js'

let app: { folder: string; remove(): void }
let printed: string
/** A request that ends the app, and what its owner makes of it once init has said so. */
const ends = {
  from: "res.status(501).json({ error: 'no copies yet' })",
  to: "{ throw new Error('no copies yet') }",
  only: '',
  names: /./,
}

beforeAll(async () => {
  await build()
  app = await lay('board')
  plant(app.folder, { file: 'src/app.js', ...ends })
  const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
  printed = stdout + stderr
  expect(code, printed).toBe(0)
}, 180_000)
afterAll(() => app?.remove())

const recorded = () =>
  (
    JSON.parse(readFileSync(join(app.folder, 'usertwo/baseline.har'), 'utf8')) as {
      log: { entries: { response: { status: number } }[] }
    }
  ).log.entries.map(({ response }) => response.status)

test('a start script that names a missing file is said, and the next one is taken', () => {
  expect(printed).toMatch(
    /^start .*node src\/server\.js; the script names dist\/server\.js, which is not there/m,
  )
})

test('an unused broken SQL file is skipped with one line, without a stack', () => {
  expect(printed).toMatch(/no tables by it, the next way is tried: .*sql\/init\.sql: relation "todoes"/)
  expect(printed).toMatch(/^tables .*made by the app while it starts/m)
  expect(printed).not.toMatch(/^\s+at /m)
})

test('an app whose only routes are / and /:id gets /ready as its health, which usertwo answers', () => {
  expect(printed).toMatch(/^health +certain +\/ready/m)
})

test('its own token is sent as a bearer, so that its routes are recorded and not refused', () => {
  expect(printed).toMatch(/^own key .*authorization: Bearer \$BOARD_API_TOKEN/m)
  expect(recorded().filter((status) => status < 300).length).toBeGreaterThan(4)
  expect(recorded()).not.toContain(401)
})

test('a request that ends the app is named, and the app is started again', () => {
  expect(printed).toMatch(/POST \/\d+\/copies: the app ended .*: Error: no copies yet\. It was started again/)
})

test('what it derives from its own JWT_SECRET is the same at the recording and under a gate; its knex has a query layer', async () => {
  plant(app.folder, { file: 'src/app.js', ...ends, from: ends.to, to: ends.from })
  const { stdout } = await usertwo(app.folder, 'gate', '6', '--only', CHECKS.join(), '--json')
  const { phases } = JSON.parse(stdout) as {
    phases: { checks: { id: string; verdict: string; nothingToDo?: string; evidence: object[] }[] }[]
  }
  const checks = phases.flatMap((phase) => phase.checks).filter(({ id }) => CHECKS.includes(id))
  expect(checks.map(({ id, verdict, nothingToDo }) => [id, verdict, nothingToDo])).toEqual(
    CHECKS.map((id) => [id, 'pass', undefined]),
  )
}, 180_000)

const CHECKS = ['isolation.baseline', 'isolation.query-layer-alone']
