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
  test('lasts until it is undone, restores the property, and is listed in the meantime', () => {
    const undo = patch(Greeter.prototype, 'greet', louder, GREET)
    expect(new Greeter().greet()).toBe('hello!')
    expect(method()).toMatchObject({ enumerable: false, writable: true, configurable: true })
    expect(hooks()).toEqual([GREET])
    expect(below(Greeter.prototype, 'greet')).toBe(before!.value)
    undo()
    undo()
  })

  test('replaces a sloppy function that is being called by another', () => {
    const sloppy = (text: string) => new Function('during', text) as (during?: () => void) => string
    const greeter = { greet: sloppy("during?.(); return 'hello'") }
    let undo: (() => void) | undefined
    greeter.greet(() => {
      undo = patch(greeter, 'greet', () => sloppy("return 'hi'"), GREET)
    })
    expect(greeter.greet()).toBe('hi')
    undo!()
  })

  test('of a patched method is counted, not stacked', () => {
    const [first, second] = [1, 2].map(() => patch(Greeter.prototype, 'greet', louder, GREET))
    expect(new Greeter().greet()).toBe('hello!')
    first!()
    first!()
    expect(new Greeter().greet()).toBe('hello!')
    second!()
  })

  test('with another name is put over the first, and each is undone in any order', () => {
    const ask = { of: 'Greeter.prototype.greet twice', why: 'a test' }
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const undone = [
        patch(Greeter.prototype, 'greet', louder, GREET),
        patch(Greeter.prototype, 'greet', (greet) => () => `${greet()}?`, ask),
      ]
      expect(new Greeter().greet()).toBe('hello!?')
      expect(listed()).toEqual([GREET.of, ask.of])
      for (const one of order) undone[one]!()
      expect(new Greeter().greet()).toBe('hello')
    }
  })

  test('of an inherited method is removed again', () => {
    class Polite extends Greeter {}
    const undo = patch(Polite.prototype, 'greet', louder, GREET)
    expect([new Polite().greet(), new Greeter().greet()]).toEqual(['hello!', 'hello'])
    expect(below(Polite.prototype, 'greet')).toBe(before!.value)
    undo()
    expect(Object.hasOwn(Polite.prototype, 'greet')).toBe(false)
  })

  test('keeps the properties of the method', async () => {
    function read() {}
    const owner = { read: Object.assign(read, { [promisify.custom]: async () => 'promised' }) }
    const quietly = (method: () => void) => () => method()
    const undo = patch(owner as { read: () => void }, 'read', quietly, GREET)
    expect(owner.read).not.toBe(read)
    expect(owner.read.name).toBe('read')
    expect(await promisify(owner.read)()).toBe('promised')
    undo()
  })

  test('below another patch stays, warns, and is found again', () => {
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

  test('that is idempotent is put on top again if it was left below another patch', () => {
    const owner = { say: () => 'one' }
    const twice = () => patch(owner, 'say', (below) => () => `${below()}!`, GREET, { idempotent: true })
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const undo = twice()
    owner.say = () => 'a replacement that does not call it'
    undo()
    expect(warned).toHaveBeenCalledOnce()
    warned.mockRestore()
    const again = twice()
    expect(owner.say()).toBe('a replacement that does not call it!')
    again()
    expect(owner.say()).toBe('a replacement that does not call it')
  })

  test('is made again if other code has restored the original', () => {
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
      'Greeter.prototype.greet cannot be patched: its owner is frozen',
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

test('a hook of another kind is listed once, as long as it is held', () => {
  const undo = [list(GREET), list(GREET)]
  expect(hooks()).toEqual([GREET])
  undo[0]!()
  expect(hooks()).toEqual([GREET])
  undo[1]!()
})

test('process-wide state is the same for every copy of the package', async () => {
  const mine = shared('of a test', () => ({ count: 1 }))
  vi.resetModules()
  const another = await import('./store.js')
  expect(another.shared).not.toBe(shared)
  expect(another.shared('of a test', () => ({ count: 2 }))).toBe(mine)
  expect(sharedSoFar('of a test')).toBe(mine)
  expect(sharedSoFar('unknown name')).toBeNull()
  const copy = await import('./patch.js')
  const undo = [patch, copy.patch].map((put) => put(Greeter.prototype, 'greet', louder, GREET))
  expect(new Greeter().greet()).toBe('hello!')
  expect(copy.hooks()).toEqual([GREET])
  for (const step of undo) step()
})
