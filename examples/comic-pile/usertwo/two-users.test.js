import { gate, twoUsers } from 'usertwo/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

const config = new URL('../usertwo.config.js', import.meta.url).pathname

// Two people on a running copy of the app: the owner has its data, the other has just registered.
let pile
beforeAll(async () => {
  pile = await twoUsers({ config })
}, 120_000)
afterAll(() => pile?.stop())

test('a new reader begins with an empty pile, and an anonymous client is sent away', async () => {
  const { ask, owner, other, stranger } = pile
  const statuses = []
  for (const as of [owner, other, stranger]) {
    const answer = await ask('GET', '/api/threads/', { as })
    statuses.push([as.name, answer.status, answer.json.length > 0])
  }
  expect(statuses).toEqual([
    ['owner', 200, true],
    ['other', 200, false],
    ['stranger', 401, false],
  ])
})

test('a comic of one reader cannot be told from one that never was', async () => {
  const { ask, owner, other, sql } = pile
  const [{ id, title }] = (await ask('GET', '/api/threads/', { as: owner })).json
  const foreign = await ask('PUT', `/api/threads/${id}`, { as: other, body: { title: 'mine now' } })
  const missing = await ask('PUT', '/api/threads/999999999', { as: other, body: { title: 'mine now' } })
  expect([foreign.status, foreign.body.replace(id, 'N')]).toEqual([
    missing.status,
    missing.body.replace('999999999', 'N'),
  ])
  expect(await sql('select title from threads where id = $1', [id])).toEqual([{ title }])
})

// The gates as tests, and a rule of this app's own beside them.
gate({
  config,
  only: ['isolation.schema'],
  rules: [
    {
      id: 'pile.settings',
      title: 'Settings of one reader do not reach another',
      proves: ['T3'],
      fix: 'Look for settings that are kept in memory for everybody.',
      async run({ app, people }) {
        const [{ ask }, { owner, other }] = [await app(), await people()]
        await ask('PUT', '/api/admin/settings', { as: other, body: { start_die: 20 } })
        const { json } = await ask('GET', '/api/admin/settings', { as: owner })
        const problems = json.start_die === 20 ? [{ what: 'the owner starts with the die of another' }] : []
        return { exercised: 2, unit: 'requests', problems }
      },
      mutants: [
        {
          name: 'a die that is kept in memory for all',
          names: 'the die of another',
          by: {
            edit: [
              {
                file: 'server/domain/settings.js',
                find: 'const settings = await getSettings()',
                replace: 'globalThis.die = changes.start_die; const settings = await getSettings()',
              },
              {
                file: 'server/domain/settings.js',
                find: 'if (row) return row',
                replace: 'if (row) return { ...row, start_die: globalThis.die ?? row.start_die }',
              },
            ],
          },
        },
      ],
    },
  ],
})
