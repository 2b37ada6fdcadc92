import { describe, expect, test } from 'vitest'
import { knownHosts } from '../../../config/known-hosts.js'
import { parseSettings } from '../../../config/settings.js'
import { isOwnHost } from './host-list.js'

const isOwn = isOwnHost(['app.example.com', '.pile.lan'])

test.each([
  undefined,
  'localhost:3000',
  'pile.localhost',
  '127.0.0.1:3000',
  '192.168.1.7',
  '[::1]:3000',
  'web:3000',
  'app.example.com',
  'APP.example.com.:8443',
  'a.pile.lan',
  'pile.lan',
])('Host: %s is the app’s own', (host) => {
  expect(isOwn(host)).toBe(true)
})

test.each([
  '',
  'rebound.example',
  'app.example.com.evil.example',
  'evil-app.example.com',
  'www.app.example.com',
  '127.0.0.1.nip.io',
  'localhost.evil.example',
  'evilpile.lan',
  'evil.example@localhost',
  'localhost:3000:evil.example',
  '[evil.example]',
  '[127.0.0.1]',
])('Host: %s is not', (host) => {
  expect(isOwn(host)).toBe(false)
})

describe('the names of the app', () => {
  test('are the listed ones, those of its origins, and what the platform tells', () => {
    expect(knownHosts({ PATH: '/bin' }, [], [])).toEqual([])
    expect(knownHosts({}, ['a.example'], ['https://b.example:8443'])).toEqual(['a.example', 'b.example'])
    expect(knownHosts({ RAILWAY_PUBLIC_DOMAIN: 'pile.up.railway.app' }, [], [])).toEqual([
      'pile.up.railway.app',
      'healthcheck.railway.app',
    ])
    expect(knownHosts({ PUBLIC_URL: 'https://c.example/x', FLY_APP_NAME: 'pile' }, [], [])).toEqual([
      'c.example',
      'pile.fly.dev',
    ])
    for (const [name, told, host] of [
      ['RENDER_EXTERNAL_HOSTNAME', 'pile.onrender.com', 'pile.onrender.com'],
      ['RENDER_EXTERNAL_URL', 'https://pile.onrender.com', 'pile.onrender.com'],
      ['HEROKU_APP_DEFAULT_DOMAIN_NAME', 'pile-1a.herokuapp.com', 'pile-1a.herokuapp.com'],
    ])
      expect(knownHosts({ [name!]: told }, [], [])).toEqual([host])
  })

  test('are asked for at a production start, where only addresses would be answered', () => {
    const production = { ENVIRONMENT: 'production', DATABASE_URL: 'postgres://h/d', USERTWO_PHASE: '0' }
    expect(parseSettings(production).notes).toEqual([
      expect.stringMatching(/ALLOWED_HOSTS is not set.*421.*app\.example\.com/),
    ])
    expect(parseSettings({ ...production, ALLOWED_HOSTS: 'A.example, .b.example' }).hosts).toEqual([
      'a.example',
      '.b.example',
    ])
    const told = parseSettings({ ...production, PUBLIC_URL: 'https://c.example' })
    expect([told.hosts, told.notes]).toEqual([['c.example'], []])
    expect(() => parseSettings({ ...production, ALLOWED_HOSTS: 'https://a.example' })).toThrow(
      /without scheme and port/,
    )
  })
})
