import { expect, test } from 'vitest'
import type { Answer } from '../../gate/app/http.js'
import { eachInserting, sendingAgain } from './variations.js'

/** A server that keeps addresses, each once if they are unique. */
function server(isUnique: boolean) {
  const kept: string[] = []
  const removals: number[] = []
  const rows = {
    any: async () => kept.length > 0,
    takeBack: async () => kept.splice(0).length > 0,
  }
  const send = async (address: string) => {
    if (address === 'broken' || (isUnique && kept.includes(address))) return { status: 500 } as Answer
    kept.push(address)
    return { status: 201 } as Answer
  }
  const removal = async () => void removals.push(kept.length)
  return {
    kept,
    removals,
    open: (write: string) => sendingAgain(write, send, rows, removal),
    both: (...pair: [string, string]) => eachInserting(pair, send, rows, removal),
  }
}

test('a write that succeeds once only is sent each time after its rows were removed', async () => {
  const { open, removals } = server(true)
  const send = await open('ada@example.com')
  for (const address of ['ada@example.com', 'ada@example.com'])
    expect((await send!(address)).status).toBe(201)
  expect(removals).toEqual([1, 1])
})

test('a write that succeeds each time keeps its rows, and one that always fails is not sent again', async () => {
  const { open, kept, removals } = server(false)
  await (await open('ada@example.com'))!('ada@example.com')
  expect([kept.length, removals]).toEqual([3, []])
  expect(await open('broken')).toBeNull()
})

test('two writes of one unique value are each judged by an answer without the row of the other', async () => {
  const { both, kept, removals } = server(true)
  kept.push('ada@example.com')
  const answers = await both('ada@example.com', 'ada@example.com')
  expect(answers?.map(({ status }) => status)).toEqual([201, 201])
  expect(removals).toEqual([1, 1])
  expect(await both('ada@example.com', 'broken')).toBeNull()
})
