import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSources } from '../../../reading/syntax/sources.js'
import { parseConfig } from '../../../src/config/config.js'
import { refuseSharedPassword } from './shared-password.js'

/** What init says of an app with these files; empty: it goes on. */
async function saidOf(files: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-shared-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const config = parseConfig({
      app: { start: ['node', 'app.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
    })
    const { server } = await readSources(folder, config)
    try {
      refuseSharedPassword(folder, server)
      return ''
    } catch (error) {
      return (error as Error).message
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const BY_HAND = `function password(req, res, next) {
  const [, text = ''] = (req.headers.authorization ?? '').split(' ')
  if (Buffer.from(text, 'base64').toString() === \`me:\${process.env.PASSWORD}\`) return next()
  res.set('WWW-Authenticate', 'Basic realm="Notes"').sendStatus(401)
}
`

test('the package, with the lines that put it in front', async () => {
  const said = await saidOf({
    'app.js': `import basicAuth from 'express-basic-auth'
const app = express()
app.use(
  basicAuth({ users: { me: process.env.PASSWORD }, challenge: true }),
)
app.get('/', (req, res) => res.send('notes'))
`,
  })
  expect(said).toContain('app.js:4: the app asks everybody for one password (basic auth)')
  expect(said).toContain(`--- app.js
@@ line 3 @@
-app.use(
-  basicAuth({ users: { me: process.env.PASSWORD }, challenge: true }),
-)`)
})

test('the package behind a name', async () => {
  const said = await saidOf({
    'app.js': `const basicAuth = require('express-basic-auth')
const guard = basicAuth({ users: { me: 'secret' } })
app.use('/api', guard)
`,
  })
  expect(said).toMatch(/--- app\.js\n@@ line 3 @@\n-app\.use\('\/api', guard\)$/)
})

test('written by hand, in the app and in a module of its own', async () => {
  expect(await saidOf({ 'app.js': `${BY_HAND}app.use(password)\napp.listen(3000)\n` })).toMatch(
    /^.*\n.*app\.js:4: the app asks everybody.*\n--- app\.js\n@@ line 6 @@\n-app\.use\(password\)$/,
  )
  const apart = await saidOf({
    'app.js': `import { password as asked } from './password.js'\napp.use(asked)\n`,
    'password.js': `export ${BY_HAND}`,
  })
  expect(apart).toContain('password.js:4: the app asks everybody')
  expect(apart).toMatch(/--- app\.js\n@@ line 2 @@\n-app\.use\(asked\)$/)
})

test('where it is not mounted by use, only its place is said', async () => {
  expect(
    await saidOf({ 'app.js': `${BY_HAND}app.get('/', password, (req, res) => res.send('notes'))\n` }),
  ).toMatch(/app\.js:4: .*Take out what puts it in front of the routes, and run init again\.$/)
})

test.each([
  `app.get('/', (req, res) => res.send('Basics of gardening'))`,
  `const level = 'basically'; app.use((req, res, next) => next())`,
])('%s asks for no password', async (text) => {
  expect(await saidOf({ 'app.js': text })).toBe('')
})
