// The bookshelf as its owner has it, behind Authelia: `init --yes` reads the header, and the gates send it as each user.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gated, layFolder, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'

let app: { folder: string; remove(): void }

beforeAll(async () => {
  await build()
  app = laid()
}, 180_000)
afterAll(() => app?.remove())

const laid = () =>
  layFolder(new URL('proxy-app', import.meta.url), [
    fileURLToPath(new URL('../../node_modules', import.meta.url)),
  ])
const written = (file: string) => readFileSync(join(app.folder, file), 'utf8')

test('scan names the header, and what to do with it', async () => {
  const { stdout } = await usertwo(app.folder, 'scan')
  const said = stdout.replace(/\s+/g, ' ')
  expect(said).toContain('login the header Remote-Email, of a proxy at app.js:32')
  expect(said).toContain('It can stay: usertwo init reads it, and believes it from the addresses')
  expect(said).toContain('login the header Remote-Groups, of a proxy')
})

test('init --yes believes the header from this machine alone, and says so', async () => {
  const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code, stderr).toBe(0)
  const config = written('usertwo.config.js')
  expect(config).toContain(
    "proxy: { header: 'remote-email', from: ['127.0.0.1'], is: 'email', more: ['remote-groups'] }",
  )
  expect(config).not.toMatch(/^ +(?:login|lookups|user):/m)
  expect(config).toContain("public: ['GET /health']")
  expect(stdout).toMatch(
    /^proxy +certain +Remote-Email names the user: it holds users\.email.*\(app\.js:32\)$/m,
  )
  expect(stdout).toMatch(/^addresses +guess +Remote-Email is believed from 127\.0\.0\.1 alone/m)
  expect(stdout).toMatch(/^Look at:[\s\S]*auth\.proxy\.from is 127\.0\.0\.1, .*no other address was given/m)
}, 180_000)

test('the recorded day has the answers to the owner, and no value of the header', () => {
  const { log } = JSON.parse(written('usertwo/baseline.har'))
  const statuses = log.entries.map(({ response }: { response: { status: number } }) => response.status)
  expect(statuses).toContain(201)
  expect(statuses.filter((status: number) => status === 401 || status === 403)).toEqual([])
  const requests = log.entries.map(({ request }: { request: object }) => JSON.stringify(request)).join()
  expect(requests).not.toContain('first@example.com')
})

test('the gates are GO of all phases without another edit', async () => {
  const { go, red } = await gated(app.folder)
  expect(red).toEqual([])
  expect(go).toBe(true)
}, 900_000)

test('every defect of the believed header turns its check red', async () => {
  const { go, red } = await gated(app.folder, '6', '--only', 'isolation.proxy-header', '--prove')
  expect({ go, red }).toEqual({ go: true, red: [] })
}, 300_000)

test('its own tests pass as they are, with the address of a proxy elsewhere', async () => {
  plant(app.folder, { file: 'usertwo.config.js', from: "from: ['127.0.0.1']", to: "from: ['10.0.0.5']" })
  const { code, stdout } = await usertwo(app.folder, 'test', '--', 'npm', 'test')
  expect(stdout).toContain('at dial 8, signed in as the owner: 2 passed, 0 failed')
  expect(code).toBe(0)
}, 180_000)

/** What `init --yes` says of the bookshelf with other texts in it. */
async function initialised(...edits: (readonly [file: string, from: string, to: string])[]) {
  const other = laid()
  try {
    for (const [file, from, to] of edits) plant(other.folder, { file, from, to })
    const before = readdirSync(other.folder).sort()
    const said = await usertwo(other.folder, 'init', '--yes')
    return { ...said, isUntouched: String(before) === String(readdirSync(other.folder).sort()) }
  } finally {
    other.remove()
  }
}

test.each([
  [
    'no unique column that holds the header',
    ['schema.sql', 'email text not null unique', 'email text not null'],
    /the owner has no value in a unique column of users/,
  ],
  [
    'a header by which no route answers otherwise',
    ['app.js', 'if (rows[0]) req.user = { ...rows[0]', "req.user = { ...{ id: 1, name: 'me' }"],
    /no GET route answers otherwise with the owner’s email in it/,
  ],
  [
    'no table of users',
    ['schema.sql', 'create table users (', 'create table visitors ('],
    /its database has no table of users/,
  ],
] as const)(
  '%s ends init, and nothing is written',
  async (_, edit, why) => {
    const more = edit[1].startsWith('create table')
      ? ([
          ['schema.sql', 'insert into users', 'insert into visitors'],
          ['app.js', 'FROM users WHERE', 'FROM visitors WHERE'],
        ] as const)
      : []
    const { code, stderr, isUntouched } = await initialised(edit, ...more)
    expect(code).toBe(2)
    expect(stderr).toMatch(/app\.js:32: the app reads Remote-Email, the header of a proxy that logs users in/)
    expect(stderr).toMatch(why)
    expect(isUntouched).toBe(true)
  },
  180_000,
)

test('a list that is kept for all users is NO-GO, by its route', async () => {
  plant(app.folder, {
    file: 'app.js',
    from: "router.get('/books', needUser, async (req, res) => {",
    to: `let kept
  router.get('/books', needUser, async (req, res) => {
    if (kept) return res.json(kept)
    const send = res.json.bind(res)
    res.json = (rows) => { kept = rows; return send(rows) }`,
  })
  const { go, red } = await gated(app.folder, '6', '--only', 'isolation.foreign-ids,isolation.kept-in-memory')
  expect(go).toBe(false)
  expect(red.join()).toMatch(/: fail: .*GET \/api\/books/)
}, 300_000)
