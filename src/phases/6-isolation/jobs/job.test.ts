import { afterEach, expect, test, vi } from 'vitest'
import { testKit } from '../../../../test/support/hardened.js'
import { asUser } from '../../../core/context.js'
import { forEachUser } from './for-each-user.js'
import { asInjectedUser, bindUser, injectUser } from './job.js'
import { provideJobs } from './job-kit.js'

const kits: ReturnType<typeof testKit>[] = []
const kitAt = (dial: number) => {
  // A different secret would be another key: a job queued at one dial is read at the next.
  const kit = testKit({ env: { USERTWO_PHASE: String(dial), JWT_SECRET: 'x1'.repeat(20) } })
  kits.push(kit)
  provideJobs(kit)
  return kit
}
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const kit of kits.splice(0)) await kit.dispose()
})

test('in a process without a configuration the error names the function to call', async () => {
  expect(() => injectUser({})).toThrow('startWorker(config)')
  await expect(asInjectedUser({}, () => 1)).rejects.toMatchObject({ code: 'scope_unconfigured' })
  await expect(forEachUser(() => 1)).rejects.toMatchObject({ code: 'scope_unconfigured' })
  const kit = kitAt(2)
  expect(injectUser({}).usertwo.user).toBe(1)
  await kit.dispose()
  expect(() => injectUser({})).toThrow('startWorker(config)')
})

test('an app that is started without usertwo at dial 0 runs its jobs, and none that names a user', async () => {
  const kit = kitAt(6)
  const named = asUser(2, () => injectUser({ n: 7 }))
  await kit.dispose()
  vi.stubEnv('USERTWO_PHASE', '0')
  const job = injectUser({ n: 7, usertwo: { user: 2 } })
  expect(job).toEqual({ n: 7 })
  expect(await asInjectedUser(job, ({ n }) => n)).toBe(7)
  expect(await bindUser((n: number) => n + 1)(1)).toBe(2)
  await expect(asInjectedUser(named, () => 1)).rejects.toMatchObject({ code: 'scope_unconfigured' })
  vi.stubEnv('USERTWO_PHASE', '6')
  await expect(asInjectedUser(job, () => 1)).rejects.toMatchObject({ code: 'scope_unconfigured' })
})

test('without usertwo, at dial 0, work for each user is done once, as the app did it, and not if it takes a user', async () => {
  vi.stubEnv('USERTWO_PHASE', '0')
  let done = 0
  expect(await forEachUser(async () => void done++)).toEqual({ done: 1, failed: [] })
  expect(done).toBe(1)
  const fails = forEachUser(() => Promise.reject(new Error('no mail today')))
  await expect(fails).rejects.toThrow('no mail today')
  await expect(forEachUser((id) => id)).rejects.toMatchObject({ code: 'scope_unconfigured' })
  vi.stubEnv('USERTWO_PHASE', '6')
  await expect(forEachUser(() => 1)).rejects.toMatchObject({ code: 'scope_unconfigured' })
})

test.each([0, 2, 5])(
  'at dial %i the app has one user: jobs are the owner’s, without a query',
  async (dial) => {
    kitAt(dial)
    expect(await asInjectedUser(injectUser({ n: 7 }), ({ n }) => n)).toBe(7)
    expect(await bindUser((n: number) => n + 1)(1)).toBe(2)
    const seen: unknown[] = []
    expect(await forEachUser((id) => seen.push(id), { atOnce: 3 })).toEqual({ done: 1, failed: [] })
    expect(seen).toEqual([1])
  },
)

test('a second user’s job does not run while the dial is below 6', async () => {
  kitAt(6)
  const job = asUser(2, () => injectUser({ n: 7 }))
  kitAt(5)
  let ran = false
  const work = asInjectedUser(job, () => {
    ran = true
  })
  await expect(work).rejects.toThrow(/USERTWO_PHASE=5.*keep it until/)
  expect(ran).toBe(false)
})

test('the owner’s job made below phase 6 runs from 6 on as theirs', async () => {
  kitAt(4)
  const job = injectUser({})
  kitAt(6)
  // The look-up fails because this kit has no database; the signature was valid.
  await expect(asInjectedUser(job, () => 1)).rejects.toThrow('no database')
  await expect(asInjectedUser({ usertwo: { ...job.usertwo, user: 2 } }, () => 1)).rejects.toThrow(
    'signature of this job is wrong',
  )
})
