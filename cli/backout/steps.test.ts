import { expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { type Back, consequences } from './consequences.js'
import { steps } from './steps.js'

const config = parseConfig({
  app: { start: ['node', 'a.js'] },
  owner: { id: 7 },
  users: { table: 'people' },
  routes: { ops: ['/jobs', '!/jobs/mine'], legacy: { 'GET /old': 410 } },
})
const back = (to: number, others: number | null, more: Partial<Back> = {}): Back => ({
  config,
  to,
  others,
  ...more,
})
const said = (of: Back) =>
  consequences(of)
    .map(({ says }) => says)
    .join('\n')

test('offers 4, where the others are answered 503, before going below it with other users', () => {
  expect(steps(back(3, 2), 'development')[0]).toMatch(/USERTWO_PHASE=4.*503/)
  expect(steps(back(3, null), 'development')[0]).toMatch(/USERTWO_PHASE=4/)
  expect(steps(back(5, 2, { withoutUsers: true }), 'development')[0]).toMatch(/USERTWO_PHASE=4/)
  expect(steps(back(3, 0), 'development').join()).not.toContain('USERTWO_PHASE=4')
  expect(steps(back(4, 2), 'development').join()).not.toContain('503')
})

test('names the variable that production wants below 6 with other users, and only there', () => {
  expect(steps(back(5, 1), 'production').join()).toContain(
    'USERTWO_PHASE=5 and USERTWO_OPEN_TO_STRANGERS=true',
  )
  for (const other of [back(6, 1), back(5, 0)])
    expect(steps(other, 'production').join()).not.toContain('OPEN_TO')
  expect(steps(back(5, 1), 'development').join()).not.toContain('STRANGERS')
})

test('refuses a way back on which the demo login would answer where others reach it', () => {
  const demo = parseConfig({ ...config, demo: {} })
  for (const to of [back(3, 0, { config: demo }), back(5, 0, { config: demo, withoutUsers: true })]) {
    expect(steps(to, 'production')[0]).toMatch(/^In production no start goes there: .*\/api\/auth\/login/)
    expect(steps(to, 'staging')[0]).toContain('In staging no start')
    expect(steps(to, 'development').join()).not.toContain('no start')
    expect(said(to)).toContain('demo login answers at /api/auth/login again')
  }
  expect(steps(back(4, 0, { config: demo }), 'production').join()).not.toContain('no start')
  expect(said(back(4, 0, { config: demo }))).not.toContain('demo login')
})

test('names the owner, the retired and the internal routes, exceptions left out', () => {
  expect(said(back(0, 0))).toMatch(/people\.id 7[\s\S]*GET \/old[\s\S]*\/jobs\./)
  expect(said(back(0, 0))).not.toContain('/jobs/mine')
})

test('counts the other users, or says that there may be some if it cannot', () => {
  expect(said(back(4, 3))).toContain('The 3 other users are answered 503')
  expect(said(back(4, null))).toContain('The other users, if there are any, are answered 503')
})
