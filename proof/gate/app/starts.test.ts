import { describe, expect, test } from 'vitest'
import { check, green, tinyGate } from '../../../test/support/tiny-gate.js'

const tiny = tinyGate()
const SERVE = `const { PORT, HOST, USERTWO_PHASE } = process.env
  const { createServer } = await import('node:http')
  const serve = (status, body = '') =>
    createServer((req, res) => res.writeHead(status).end(body)).listen(PORT, HOST)`

/** @returns the text of the first result, and whether a check of the phase ran */
async function gated(
  app: string,
  health?: string,
): Promise<{ what: string; ran: boolean; results: string[][] }> {
  let ran = false
  const any = check('tiny.a', async () => {
    ran = true
    return green
  })
  tiny.serve(`${SERVE}\n${app}`)
  const { go, checks } = await tiny.run(
    [any],
    {},
    health ? { app: { start: ['node', 'server.mjs'], health } } : {},
  )
  expect(go).toBe(ran)
  const results = checks.map(({ id, verdict, evidence }) => [id, verdict, evidence[0]?.what ?? ''])
  return { what: results[0]![2]!, ran, results }
}

describe('no check is run', () => {
  test('where the app does not start, which is said once, with its first and last words and what pg said', async () => {
    const { ran, results, what } = await gated(`console.log('my app 1.0')
      for (let n = 0; n < 40; n++) console.log('loading', n)
      console.error("error: permission denied for schema public\\n    at async DataSource.synchronize (node_modules/typeorm/x.js:1:1)")
      for (let n = 0; n < 14; n++) console.error('  detail', n)
      console.error("  routine: 'aclcheck_error'")
      process.exit(3)`)
    expect(ran).toBe(false)
    expect(results.map(([id, verdict]) => [id, verdict])).toEqual([
      ['gate.starts', 'fail'],
      ['tiny.a', 'unknown'],
    ])
    expect(results[1]![2]).toBe('not run: the app does not start, or is not healthy')
    expect(what).toMatch(/^at dial 0 the app ended \(exit code 3\) before it served\nmy app 1\.0\n/)
    expect(what).toMatch(
      /\n…\nerror: permission denied for schema public\n…\n[\s\S]+routine: 'aclcheck_error'/,
    )
    expect(what).toMatch(/TypeORM’s synchronize changes the schema as the app starts/)
  })

  test('where it starts at 0 and not at the phase’s dial', async () => {
    const { ran, what } = await gated(
      `if (USERTWO_PHASE === '0') serve(200); else throw new Error('not with layers')`,
    )
    expect([ran, what]).toEqual([
      false,
      expect.stringMatching(/^at dial 1 the app ended[\s\S]+not with layers/),
    ])
  })

  test.each([
    [401, /^at dial 1 GET \/\S* \(app\.health\) answers 401, not 2xx: name it in routes\.public/],
    [404, /answers 404, not 2xx: name the path of an existing route that needs no table/],
    [302, /answers 302, not 2xx: name a public page or file, and list it in routes\.public/],
  ])('where its health answers %i at the phase’s dial', async (status, says) => {
    const { ran, what } = await gated(`serve(USERTWO_PHASE === '0' ? 200 : ${status}, 'why')`)
    expect([ran, what]).toEqual([false, expect.stringMatching(says)])
  })
})

test('a health path that usertwo answers is not requested at dial 0, but at the phase’s dial', async () => {
  const at = (dial0: number, later: number) =>
    gated(`serve(USERTWO_PHASE === '0' ? ${dial0} : ${later})`, '/ready')
  expect((await at(404, 200)).ran).toBe(true)
  expect((await at(404, 404)).what).toMatch(/^at dial 1 GET \/ready \(app\.health\) answers 404/)
})

test('an app that ends at a request for an unknown address is not asked for /ready at dial 0', async () => {
  const { ran } = await gated(
    `if (USERTWO_PHASE === '0') createServer(() => process.exit(1)).listen(PORT, HOST); else serve(200)`,
    '/ready',
  )
  expect(ran).toBe(true)
})

describe('reports within seconds what no waiting would change', () => {
  test.each([
    [
      'a health that answers 500',
      `serve(500, '<pre>the table of settings is missing</pre>')`,
      /did not answer \/health within \d+ s: it answers 500: the table of settings is missing$/m,
    ],
    [
      'an app that listens on a port of its own choice',
      `createServer((req, res) => res.end('here')).listen(0, HOST)`,
      /within \d+ s: it listens on \d+, and it was given \d+ as PORT: let it listen on process\.env\.PORT$/m,
    ],
    [
      'a port of its own choice that is taken',
      `console.error('Error: listen EADDRINUSE: address already in use :::3000'); process.exit(1)`,
      /ended \(exit code 1\) before it served: port 3000 is in use, and it was given \d+ as PORT/,
    ],
  ])(
    '%s',
    async (_, app, says) => {
      const { ran, what } = await gated(app)
      expect([ran, what]).toEqual([false, expect.stringMatching(says)])
    },
    30_000,
  )
})

test('waits for an app that is not ready yet, and for one that first listens for its metrics', async () => {
  const { ran } = await gated(`const begun = Date.now()
    createServer((req, res) => res.writeHead(404).end()).listen(0, HOST)
    setTimeout(() => createServer((req, res) => res.writeHead(Date.now() - begun < 9_500 ? 503 : 200).end())
      .listen(PORT, HOST), 500)`)
  expect(ran).toBe(true)
}, 60_000)

test('the checks are run where the app starts and is healthy at both', async () => {
  const { ran, results } = await gated('serve(204)')
  expect([ran, results.map(([id]) => id)]).toEqual([true, ['tiny.a']])
})
