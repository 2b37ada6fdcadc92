import { describe, expect, test } from 'vitest'
import { leakyNotebook, withRoute } from '../support/leaky-notebook.js'

const notebook = leakyNotebook()
const CHECK = 'hardening.secrets-in-answers'

const leaks = {
  'the whole environment': "app.get('/state', (_req, res) => res.json(process.env))",
  'the environment in the answer to a POST': "app.post('/state', (_req, res) => res.json(process.env))",
  'a secret in base64':
    "app.get('/state', (_req, res) => res.send(Buffer.from('key=' + process.env.JWT_SECRET + '!').toString('base64url')))",
  'a secret in hex':
    "app.get('/state', (_req, res) => res.send(Buffer.from(process.env.JWT_SECRET).toString('hex')))",
  'a secret in a header':
    "app.get('/state', (_req, res) => res.set('x-conf', process.env.DATABASE_URL).end())",
  'the password of the database, in a URL':
    "app.get('/state', (_req, res) => res.send(encodeURIComponent(process.env.DATABASE_URL)))",
  'where it lies on the disk': "app.get('/state', (_req, res) => res.json({ cwd: process.cwd() }))",
}

describe(`${CHECK} finds`, () => {
  for (const [name, code] of Object.entries(leaks))
    test(name, async () => {
      const { problems } = await notebook.look(CHECK, withRoute(code))
      expect(problems.map(({ what }) => what).join('\n')).toMatch(/\/state/)
    })

  test('what one answer shows, also where another breaks off once', async () => {
    const { problems, leaked } = await notebook.look(
      CHECK,
      withRoute(`let asked = 0
      app.get('/broken', (_req, res) => {
        if (asked++) return res.send('whole')
        res.writeHead(200, { 'content-length': 9 }).write('not', () => res.destroy())
      })
      app.get('/state', (_req, res) => res.json(process.env))`),
    )
    expect([...problems, ...leaked].map(({ what }) => what).join('\n')).toMatch(/\/state/)
  })

  test('nothing in an app that keeps them to itself, and in one that echoes what it is sent', async () => {
    const { problems, exercised } = await notebook.look(
      CHECK,
      withRoute(
        "app.post('/echo', (req, res) => res.json({ ...req.body, host: req.headers.host, up: process.uptime() }))",
      ),
    )
    expect(problems).toEqual([])
    expect(exercised).toBeGreaterThan(30)
  })
})

test('a secret that another check meets is reported to the gate, not as that check’s problem', async () => {
  const { problems, leaked } = await notebook.look(
    'isolation.private-answers',
    withRoute(
      "app.use('/api/projects', (_req, res, next) => (res.set('x-conf', process.env.JWT_SECRET), next()))",
    ),
  )
  expect(problems).toEqual([])
  expect(leaked.map(({ what }) => what)).toContain(
    'the answer to GET /api/projects holds the value of JWT_SECRET',
  )
}, 120_000)
