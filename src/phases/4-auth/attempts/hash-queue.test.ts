import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { hashQueue } from './hash-queue.js'

const refusal = () => new Error('too many')
const unknownFrom = (network: string) => ({ known: false, network })
const KNOWN = { known: true, network: 'device' }

/** A queue with one slot, whose work ends when the test says so. */
function held(most = 64) {
  const queue = hashQueue({ atOnce: 1, most, refusal })
  const begun: string[] = []
  const ends: (() => void)[] = []
  const ask = (name: string, asker = unknownFrom(name)) => {
    const asked = queue(asker, () => {
      begun.push(name)
      return new Promise<string>((resolve) => ends.push(() => resolve(name)))
    })
    asked.catch(() => {})
    return asked
  }
  const endAll = async () => {
    for (let at = 0; at < ends.length; at++) {
      ends[at]!()
      await sleep(1)
    }
  }
  return { ask, begun, endAll }
}

test('case 33: of many waiting unknown devices, those of networks that had no slot go before a network that floods', async () => {
  const { ask, begun, endAll } = held()
  ask('first', unknownFrom('flood'))
  for (let n = 0; n < 9; n++) ask(`flood ${n}`, unknownFrom('flood'))
  ask('a')
  ask('b')
  await endAll()
  expect(begun.slice(0, 3)).toEqual(['first', 'a', 'b'])
  expect(begun).toHaveLength(12)
})

test('case 37: a known device goes before 150 unknown names from 150 networks, and is not refused', async () => {
  const { ask, begun, endAll } = held()
  const all = Array.from({ length: 150 }, (_, n) => ask(`unknown ${n}`))
  const owner = ask('owner', KNOWN)
  const settled = Promise.allSettled(all)
  await endAll()
  expect(await owner).toBe('owner')
  expect(begun[1]).toBe('owner')
  expect((await settled).filter(({ status }) => status === 'fulfilled')).toHaveLength(65)
})

test('while both wait, two of three slots go to known devices and one to unknown ones', async () => {
  const { ask, begun, endAll } = held()
  ask('first', unknownFrom('x'))
  for (let n = 0; n < 9; n++) ask(`known ${n}`, { known: true, network: `user ${n}` })
  for (const name of ['a', 'b', 'c']) ask(name)
  await endAll()
  const at = ['a', 'b', 'c'].map((name) => begun.indexOf(name))
  expect(at[0]).toBeLessThanOrEqual(3)
  expect([at[1]! - at[0]!, at[2]! - at[1]!]).toEqual([3, 3])
})

test('one account with 48 in the lane of known devices delays no other login by more than a slot', async () => {
  const { ask, begun, endAll } = held()
  const busy = { known: true, network: 'user 7', client: 'device' }
  for (let n = 0; n < 48; n++) ask(`busy ${n}`, busy)
  ask('unknown')
  ask('owner', { known: true, network: 'user 1' })
  await endAll()
  expect(begun.slice(0, 4).sort()).toEqual(['busy 0', 'busy 1', 'owner', 'unknown'])
  expect(begun).toHaveLength(50)
})

test('clients of one network, and accounts of one client, share its slots', async () => {
  const { ask, begun, endAll } = held()
  const client = (address: string, account: string) => ({
    known: false,
    network: 'n',
    client: address,
    account,
  })
  for (let n = 0; n < 9; n++) ask(`flood ${n}`, client('a', 'x'))
  ask('same address', client('a', 'y'))
  ask('same network', client('b', 'x'))
  await endAll()
  expect(begun.indexOf('same network')).toBeLessThanOrEqual(2)
  expect(begun.indexOf('same address')).toBeLessThanOrEqual(4)
})

test('a network that had many slots does not wait longer behind one that floods since', async () => {
  const { ask, begun, endAll } = held()
  for (let n = 0; n < 40; n++) ask(`office ${n}`, unknownFrom('office'))
  await endAll()
  for (let n = 0; n < 20; n++) ask(`flood ${n}`, unknownFrom('flood'))
  ask('office again', unknownFrom('office'))
  await endAll()
  expect(begun.slice(40).indexOf('office again')).toBeLessThanOrEqual(2)
})

test('a full lane makes room for a network with fewer places in it, and refuses one with as many', async () => {
  const { ask, begun, endAll } = held(3)
  const flood = ['first', 'one', 'two', 'three'].map((name) => ask(name, unknownFrom('flood')))
  await expect(ask('four', unknownFrom('flood'))).rejects.toThrow('too many')
  ask('quiet')
  await expect(flood[3]).rejects.toThrow('too many')
  await endAll()
  expect(begun).toEqual(['first', 'quiet', 'one', 'two'])
})

test('a piece of work that fails makes room for the next', async () => {
  const queue = hashQueue({ atOnce: 1, most: 1, refusal })
  const failed = queue(KNOWN, () => Promise.reject(new Error('no')))
  const next = queue(unknownFrom('a'), async () => 'done')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('done')
  expect(await queue(KNOWN, async () => 'again')).toBe('again')
})

test('waiting callers are refused when no work has ended for a while, and not while work keeps ending', async () => {
  const queue = hashQueue({ atOnce: 1, most: 9, refusal, patience: 200 })
  await Promise.all(Array.from({ length: 5 }, () => queue(KNOWN, () => sleep(60))))
  let end = () => {}
  const busy = queue(KNOWN, () => new Promise<void>((done) => (end = done)))
  const after = [queue(KNOWN, async () => 1), queue(unknownFrom('a'), async () => 2)]
  expect(await Promise.allSettled(after)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
  end()
  await busy
  expect(await queue(unknownFrom('a'), async () => 3)).toBe(3)
})
