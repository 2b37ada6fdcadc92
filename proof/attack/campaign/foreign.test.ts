import { expect, test } from 'vitest'
import type { Answer } from '../../gate/app/http.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { attack } from './foreign.js'

const answer = (status: number, body: unknown): Answer =>
  ({ status, headers: {}, body: JSON.stringify(body), json: body }) as unknown as Answer

/** What an attack by `POST /rules/run` with the id of the owner's row finds. */
async function found(run: (id: number, rows: { todo: number }) => Answer) {
  const rows = { todo: 19 }
  const exchange = {
    method: 'POST',
    path: '/rules/run',
    request: { contentType: 'application/json', body: '{"rule_id":7}' },
  } as Exchange
  const { problems } = await attack({
    target: {
      ask: async (_method: string, _path: string, { body }: { body: string }) =>
        run(JSON.parse(body).rule_id, rows),
    } as never,
    as: { name: 'other' } as never,
    exchange,
    clock: 0,
    known: { has: (id) => id === '7' },
    secrets: { of: { id: 1 }, keys: new Map(), canaries: new Map(), ownerColumns: new Set() } as never,
    tables: [],
    hasChanged: async () => rows.todo < 19,
  })
  return problems.map(({ what, expected, got }) => `${what}: ${expected}, ${got}`)
}

test('a route that has work for the sender’s own rows once answers alike about a foreign row and a missing one', async () => {
  const once = (_id: number, rows: { todo: number }) => {
    const changed = rows.todo
    rows.todo = 0
    return answer(200, { changed })
  }
  expect(await found(once)).toEqual([])
})

test('a route that knows them apart shows it again, whatever else it changes', async () => {
  const knows = (id: number, rows: { todo: number }) => {
    rows.todo = 0
    return id === 7 ? answer(409, {}) : answer(404, {})
  }
  expect(await found(knows)).toEqual([
    'a row of the owner answers another user unlike a missing one: 404  {}, 409  {}',
  ])
})
