import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { call, get } from './support/http.js'

const dist = new URL('../dist/', import.meta.url)
const built = existsSync(new URL('index.html', dist))

test('GET /api/health answers as /health', async () => {
  expect(await get('/api/health')).toMatchObject({
    status: 200,
    body: { status: 'healthy', database: 'connected' },
  })
})

test('/ is the page of the SPA once it is built, else 404', async () => {
  const answer = await get('/')
  expect(answer.status).toBe(built ? 200 : 404)
  expect(answer.headers['content-type']).toMatch(built ? /^text\/html/ : /json/)
})

test('/assets and /vite.svg come from the build', async () => {
  const files = built ? readdirSync(new URL('assets/', dist)) : []
  for (const file of files) expect((await get(`/assets/${file}`)).status).toBe(200)
  expect((await get('/assets/nothing.js')).status).toBe(404)
  expect((await get('/vite.svg')).status).toBe(existsSync(new URL('vite.svg', dist)) ? 200 : 404)
})

test('/static serves what the legacy pages need', async () => {
  const answer = await get('/static/legacy.css')
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toMatch(/^text\/css/)
})

test.each(['/react', '/react/'])('%s is moved to /', async (path) => {
  const answer = await get(path)
  expect(answer.status).toBe(301)
  expect(answer.headers.location).toBe('/')
})

test.each(['/queue', '/rate', '/history', '/sessions/1'])(
  'there is no SPA fallback: %s is 404 JSON',
  async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: { detail: 'Not Found' } })
  },
)

test('CORS: unset origins mean * with credentials allowed', async () => {
  const answer = await call('OPTIONS', '/api/threads/', {
    headers: { origin: 'https://anyone.example', 'access-control-request-method': 'POST' },
  })
  expect(answer.headers['access-control-allow-origin']).toBe('*')
  expect(answer.headers['access-control-allow-credentials']).toBe('true')
})
