import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  actAs,
  acting,
  asSystem,
  asUser,
  currentUser,
  currentUserId,
  openStartup,
  type Person,
  watchSystem,
} from './context.js'

describe('the acting user', () => {
  it('is null outside any context', () => {
    expect(acting()).toBeNull()
    expect(currentUser()).toBeNull()
    expect(currentUserId()).toBeNull()
  })

  it('is a user’s id in their job, without a person, and null as the system', () => {
    expect(asUser(2, () => [currentUserId(), currentUser()])).toEqual([2, null])
    expect(asSystem('nightly clean-up', currentUserId)).toBeNull()
  })

  it('keeps two simultaneous users apart', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map((id) =>
        asUser(id, async () => {
          await sleep(10 - id * 3)
          const who = acting()
          return who?.kind === 'user' ? who.id : null
        }),
      ),
    )
    expect(ids).toEqual([1, 2, 3])
  })

  it('is null inside an anonymous request, whatever the start of the app may do', () => {
    const startup = openStartup({ kind: 'system', reason: 'start' })
    expect(acting()).toMatchObject({ kind: 'system' })
    expect(actAs(null, acting)).toBeNull()
    startup.dispose()
    expect(acting()).toBeNull()
  })

  it('is null once an app has started, also while another one starts', () => {
    const startup = openStartup({ kind: 'system', reason: 'start' })
    startup.end()
    expect(acting()).toBeNull()
    const late = openStartup({ kind: 'system', reason: 'a late start' })
    expect(acting()).toBeNull()
    startup.dispose()
    late.dispose()
  })

  it.each([0, -1, 1.5, Number.NaN, '', ' ', 'none', 'system'])('refuses %j as a user', (id) => {
    expect(() => asUser(id, () => {})).toThrow(TypeError)
  })
})

describe('the system', () => {
  const person: Person = {
    id: 2,
    username: null,
    email: null,
    isAdmin: true,
    roles: [],
    permissions: [],
    scopes: null,
    sessionId: 's',
    jti: 'j',
  }

  it('runs a job with its reason, and notifies watchers', () => {
    const seen: string[] = []
    const stop = watchSystem((reason) => seen.push(reason))
    expect(asSystem('nightly clean-up', acting)).toEqual({ kind: 'system', reason: 'nightly clean-up' })
    stop()
    asSystem('unseen', () => {})
    expect(seen).toEqual(['nightly clean-up'])
  })

  it('cannot be entered from a request, signed in or not, even by an administrator', () => {
    expect(() => actAs({ kind: 'user', id: 2, person }, () => asSystem('why not', () => {}))).toThrow(
      'inside a request',
    )
    expect(() => actAs(null, () => asSystem('why not', () => {}))).toThrow('inside a request')
  })

  it('needs a reason', () => {
    expect(() => asSystem(' ', () => {})).toThrow('say why')
  })
})
