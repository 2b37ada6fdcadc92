import { expect, test } from 'vitest'
import { inTurn } from './in-turn.js'

const refusal = () => new Error('too many')

test('runs so many at once, the others in the order they came, and refuses whom it has no room for', async () => {
  const turn = inTurn(2, 2, refusal)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const work = (at: number) =>
    turn(() => {
      begun.push(at)
      return new Promise<number>((resolve) => ends.push(() => resolve(at)))
    })
  const all = [1, 2, 3, 4].map(work)
  await expect(work(5)).rejects.toThrow('too many')
  expect(begun).toEqual([1, 2])
  ends[1]!()
  expect(await all[1]).toBe(2)
  await expect.poll(() => begun).toEqual([1, 2, 3])
  for (const end of ends) end()
  await expect.poll(() => begun).toEqual([1, 2, 3, 4])
  ends[3]!()
  expect(await Promise.all(all)).toEqual([1, 2, 3, 4])
})

test('a piece of work that fails makes room for the next', async () => {
  const turn = inTurn(1, 1, refusal)
  const failed = turn(() => Promise.reject(new Error('no')))
  const next = turn(async () => 'done')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('done')
  expect(await turn(async () => 'again')).toBe('again')
})

test('whoever waits is refused when nothing has ended for a while, and not while one after the other ends', async () => {
  const turn = inTurn(1, 9, refusal, 200)
  const soon = Array.from({ length: 5 }, () => turn(() => new Promise((done) => setTimeout(done, 60))))
  await Promise.all(soon)
  let end = () => {}
  const held = turn(() => new Promise<void>((done) => (end = done)))
  const after = [turn(async () => 1), turn(async () => 2)]
  expect(await Promise.allSettled(after)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
  end()
  await held
  expect(await turn(async () => 3)).toBe(3)
})
