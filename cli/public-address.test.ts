import { describe, expect, test } from 'vitest'
import { knownHosts } from '../src/config/known-hosts.js'
import { comparePublicAddress } from './public-address.js'

const PLATFORMS: [string, Record<string, string>, string, string][] = [
  ['Railway', { RAILWAY_PUBLIC_DOMAIN: 'pile.up.railway.app' }, 'pile.up.railway.app', 'up.railway.app'],
  ['Render', { RENDER_EXTERNAL_HOSTNAME: 'pile.onrender.com' }, 'pile.onrender.com', 'onrender.com'],
  ['Render', { RENDER_EXTERNAL_URL: 'https://pile.onrender.com' }, 'pile.onrender.com', 'onrender.com'],
  ['Fly', { FLY_APP_NAME: 'pile' }, 'pile.fly.dev', 'fly.dev'],
  [
    'Heroku',
    { HEROKU_APP_DEFAULT_DOMAIN_NAME: 'pile-1a2b.herokuapp.com' },
    'pile-1a2b.herokuapp.com',
    'herokuapp.com',
  ],
]

describe.each(PLATFORMS)('%s, by %o', (platform, told, host, domain) => {
  const found = (given: Record<string, string | undefined>, reached?: string) =>
    comparePublicAddress({ ...told, ...given }, undefined, reached)
  const states = (given: Record<string, string | undefined>, reached?: string) =>
    found(given, reached).map(({ state }) => state)
  const own = `https://${host}`
  const other = `https://staging.${domain}`

  test('names a host that a request may ask for', () => {
    expect(knownHosts(told, [], [])).toContain(host)
  })

  test('accepts the platform’s name, a custom domain, and both', () => {
    expect(found({ PUBLIC_URL: own, CORS_ORIGINS: own })).toEqual([
      { state: 'ok', found: `${own}; ${platform} names the service ${host}` },
    ])
    for (const given of [
      { CORS_ORIGINS: own },
      { PUBLIC_URL: 'https://app.example.com', CORS_ORIGINS: 'https://app.example.com' },
      { PUBLIC_URL: 'https://app.example.com', CORS_ORIGINS: `https://app.example.com,${own}` },
      { PUBLIC_URL: own, CORS_ORIGINS: `${own},https://www.example.com` },
      // a front end on a domain or service of its own, and the API here
      { PUBLIC_URL: own, CORS_ORIGINS: 'https://www.example.com' },
      { PUBLIC_URL: own, CORS_ORIGINS: `${other},${own}` },
      {},
    ])
      expect(states(given), JSON.stringify(given)).toEqual(['ok'])
  })

  test('links to another service there are wrong, unless it is listed as a name of the app', () => {
    const [links] = found({ PUBLIC_URL: other, CORS_ORIGINS: own })
    expect(links).toMatchObject({ state: 'wrong', fix: expect.stringContaining(`PUBLIC_URL=${own}`) })
    expect(links!.found).toContain(`PUBLIC_URL=${other}, but ${Object.keys(told)[0]} says ${host}`)
    expect(links!.found).toContain('links in mails')
    expect(states({ PUBLIC_URL: other, CORS_ORIGINS: own, ALLOWED_HOSTS: `staging.${domain}` })).toEqual([
      'ok',
    ])
    // Without PUBLIC_URL, links begin with the first origin.
    expect(found({ CORS_ORIGINS: `${other},${own}` })[0]).toMatchObject({
      state: 'wrong',
      fix: expect.stringContaining(`put ${own} first in CORS_ORIGINS`),
    })
  })

  test('origins of another service alone are worth a look', () => {
    const [page, ...rest] = found({ PUBLIC_URL: own, CORS_ORIGINS: other })
    expect(rest).toEqual([])
    expect(page).toMatchObject({ state: 'look', fix: expect.stringContaining(`add ${own} to CORS_ORIGINS`) })
    expect(page!.found).toMatch(/csrf_failed/)
    expect(page!.found).toContain(`CORS_ORIGINS=${other}, but ${Object.keys(told)[0]} says ${host}`)
  })

  test('addresses of a developer’s machine, and http, are wrong', () => {
    for (const local of ['http://localhost:3000', 'http://127.0.0.1:5173', `http://${host}`]) {
      expect(states({ PUBLIC_URL: local, CORS_ORIGINS: own }), local).toEqual(['wrong'])
      expect(states({ PUBLIC_URL: own, CORS_ORIGINS: local }), local).toEqual(['wrong'])
    }
    expect(states({ PUBLIC_URL: own, CORS_ORIGINS: `${own},http://localhost:5173` })).toEqual(['ok'])
  })

  test('the address it is reached by is one of them, or is said', () => {
    const given = { PUBLIC_URL: 'https://app.example.com', CORS_ORIGINS: 'https://app.example.com' }
    for (const reached of [own, 'https://app.example.com', 'http://127.0.0.1:3000'])
      expect(states(given, reached), reached).toEqual(['ok'])
    const [said] = found(given, 'https://new.example.com')
    expect(said).toMatchObject({
      state: 'look',
      fix: expect.stringContaining('PUBLIC_URL=https://new.example.com'),
    })
    expect(said!.found).toContain('https://new.example.com')
    expect(said!.found).toContain('PUBLIC_URL says https://app.example.com')
  })

  test('a prefixed variable counts before the plain one', () => {
    const environment = { ...told, APP_PUBLIC_URL: own, PUBLIC_URL: 'http://localhost:3000' }
    expect(comparePublicAddress(environment, 'APP_').map(({ state }) => state)).toEqual(['ok'])
  })
})

test('where no platform states a name, nothing is compared', () => {
  for (const given of [{}, { RAILWAY_PUBLIC_DOMAIN: ' ' }, { RAILWAY_ENVIRONMENT: 'production' }])
    expect(comparePublicAddress({ ...given, PUBLIC_URL: 'http://localhost:3000' })).toEqual([])
})
