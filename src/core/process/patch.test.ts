import { promisify } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { below, type Hook, hooks, list, patch, replace } from './patch.js'
import { shared, sharedSoFar } from './store.js'

const GREET: Hook = { of: 'Greeter.prototype.greet', versions: 'all', why: 'to be heard' }
const louder = (greet: () => string) =>
  function (this: unknown) {
    return `${greet.call(this)}!`
  }
const listed = () => hooks().map(({ of }) => of)

class Greeter {
  greet(): string {
    return 'hello'
  }
}
const method = () => Object.getOwnPropertyDescriptor(Greeter.prototype, 'greet')
const before = method()

afterEach(() => expect([method(), hooks()]).toEqual([before, []]))

describe('a patch', () => {
  test('stands until it is undone, leaves the property as it was, and is listed meanwhile', () => {
    const undo = patch(Greeter.prototype, 'greet', louder, GREET)
    expect(new Greeter().greet()).toBe('hello!')
    expect(method()).toMatchObject({ enumerable: false, writable: true, configurable: true })
    expect(hooks()).toEqual([GREET])
    expect(below(Greeter.prototype, 'greet')).toBe(before!.value)
    undo()
    undo()
  })

  test('of what has been patched is counted, not stacked', () => {
    const [first, second] = [1, 2].map(() => patch(Greeter.prototype, 'greet', louder, GREET))
    expect(new Greeter().greet()).toBe('hello!')
    first!()
    first!()
    expect(new Greeter().greet()).toBe('hello!')
    second!()
  })

  test('of what is inherited is taken away again', () => {
    class Polite extends Greeter {}
    const undo = patch(Polite.prototype, 'greet', louder, GREET)
    expect([new Polite().greet(), new Greeter().greet()]).toEqual(['hello!', 'hello'])
    expect(below(Polite.prototype, 'greet')).toBe(before!.value)
    undo()
    expect(Object.hasOwn(Polite.prototype, 'greet')).toBe(false)
  })

  test('carries on what the method carries', async () => {
    function read() {}
    const owner = { read: Object.assign(read, { [promisify.custom]: async () => 'promised' }) }
    const quietly = (method: () => void) => () => method()
    const undo = patch(owner as { read: () => void }, 'read', quietly, GREET)
    expect(owner.read).not.toBe(read)
    expect(owner.read.name).toBe('read')
    expect(await promisify(owner.read)()).toBe('promised')
    undo()
  })

  test('beneath somebody else’s stays, says so, and is found again', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const owner = new Greeter()
    const undo = patch(owner, 'greet', louder, GREET)
    const ours = owner.greet
    owner.greet = () => `${ours.call(owner)}?`
    undo()
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(GREET.of), {
      code: 'USERTWO_HOOK_STAYS',
    })
    expect(listed()).toEqual([GREET.of])
    const again = patch(owner, 'greet', louder, GREET)
    expect(owner.greet()).toBe('hello!?')
    owner.greet = ours
    again()
    expect(owner.greet()).toBe('hello')
    expect(warn).toHaveBeenCalledOnce()
    warn.mockRestore()
  })

  test('that may stand twice is put on top again where it was left beneath somebody else’s', () => {
    const owner = { say: () => 'one' }
    const twice = () => patch(owner, 'say', (below) => () => `${below()}!`, GREET, { idempotent: true })
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const undo = twice()
    owner.say = () => 'of somebody who does not ask ours'
    undo()
    expect(warned).toHaveBeenCalledOnce()
    warned.mockRestore()
    const again = twice()
    expect(owner.say()).toBe('of somebody who does not ask ours!')
    again()
    expect(owner.say()).toBe('of somebody who does not ask ours')
  })

  test('is made again where somebody has put back what was there before it', () => {
    const owner = { greet: before!.value as () => string }
    const lost = patch(owner, 'greet', louder, GREET)
    owner.greet = before!.value
    const undo = patch(owner, 'greet', louder, GREET)
    expect(owner.greet()).toBe('hello!')
    lost()
    expect(owner.greet()).toBe('hello!')
    undo()
    expect(owner.greet).toBe(before!.value)
  })

  test('of what is frozen is refused, by its name', () => {
    const owner = Object.freeze({ greet: before!.value as () => string })
    expect(() => patch(owner, 'greet', louder, GREET)).toThrow(
      'Greeter.prototype.greet cannot be patched: somebody has frozen it',
    )
  })

  test('may replace a property that is not a method', () => {
    const owner = { native: 1 }
    const refuse = () => {
      throw new Error('refused')
    }
    const undo = replace(owner, 'native', () => ({ get: refuse, enumerable: false }), GREET)
    expect(() => owner.native).toThrow('refused')
    undo()
    expect(Object.entries(owner)).toEqual([['native', 1]])
  })
})

test('a hook of another kind is listed once, as long as somebody holds it', () => {
  const undo = [list(GREET), list(GREET)]
  expect(hooks()).toEqual([GREET])
  undo[0]!()
  expect(hooks()).toEqual([GREET])
  undo[1]!()
})

test('what belongs to the process is the same for every copy of the package', async () => {
  const mine = shared('of a test', () => ({ count: 1 }))
  vi.resetModules()
  const another = await import('./store.js')
  expect(another.shared).not.toBe(shared)
  expect(another.shared('of a test', () => ({ count: 2 }))).toBe(mine)
  expect(sharedSoFar('of a test')).toBe(mine)
  expect(sharedSoFar('of nobody')).toBeNull()
  const copy = await import('./patch.js')
  const undo = [patch, copy.patch].map((put) => put(Greeter.prototype, 'greet', louder, GREET))
  expect(new Greeter().greet()).toBe('hello!')
  expect(copy.hooks()).toEqual([GREET])
  for (const step of undo) step()
})
