// Key/value settings, upserted by their key: from the bare folder to GO of all phases, and five leaks by their routes.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gated, lay, plant, usertwo } from './init/play.mjs'
import { build } from './support/built.js'

/** By the route that shows another user's value: settings loaded once, by key, and what users wrote before. */
const LEAKS: Record<string, { from: string; to: string }> = {
  'GET /settings': {
    from: "const { rows } = await pool.query('select key, value from settings order by key')",
    to: "const { rows } = await (pool.loaded ??= pool.query('select key, value from settings order by key'))",
  },
  'GET /settings/:key': {
    from: 'if (!rows[0]) return',
    to: 'pool.byKey ??= {}\n  rows[0] = pool.byKey[req.params.key] ??= rows[0]\n  if (!rows[0]) return',
  },
  'PUT /settings/:key': {
    from: '    [req.params.key, value],\n  )\n  res.json(rows[0])',
    to: '    [req.params.key, value],\n  )\n  const [before] = (pool.written ??= [])\n  pool.written = [value]\n  res.json({ ...rows[0], before })',
  },
  'GET /links': {
    from: "res.json((await pool.query('select id, slug, title from links order by slug')).rows)",
    to: "res.json((pool.links ??= await pool.query('select id, slug, title from links order by slug')).rows)",
  },
  'PUT /links/:slug': {
    from: '    values: [req.params.slug, title],\n  })\n  res.json(rows[0])',
    to: '    values: [req.params.slug, title],\n  })\n  pool.titles ??= new Set()\n  pool.titles.add(title)\n  res.json({ ...rows[0], suggested: [...pool.titles] })',
  },
}
const CHECKS = 'isolation.foreign-ids,isolation.new-user,isolation.foreign-at-once,isolation.kept-in-memory'

let app: { folder: string; remove(): void }
beforeAll(async () => {
  await build()
  app = await lay('settings-by-key')
}, 120_000)
afterAll(() => app?.remove())

test('an app of settings by their key is GO of all phases after init --yes, and its five leaks are named', async () => {
  const { code, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code, stderr).toBe(0)
  expect(await gated(app.folder)).toMatchObject({ go: true, red: [] })
  for (const leak of Object.values(LEAKS)) plant(app.folder, { file: 'server.js', ...leak })
  const { red } = await gated(app.folder, '6', '--only', CHECKS)
  const named = Object.keys(LEAKS).filter((route) =>
    red.some((one) => /: fail: /.test(one) && one.includes(`${route} `)),
  )
  expect(named, red.join('\n')).toEqual(Object.keys(LEAKS))
}, 900_000)
