import request from 'supertest'
import { expect, test } from 'vitest'
import { authApp } from '../../../test/support/auth-app.js'

test('the script of the client is served to anybody, kept by browsers, and the same bytes as it was built', async () => {
  const one = await authApp()
  try {
    const { text, headers } = await request(one.app)
      .get('/api/auth/client.js')
      .expect(200)
      .expect('Content-Type', 'text/javascript; charset=utf-8')
      .expect('Cache-Control', 'public, max-age=300')
      .expect('X-Content-Type-Options', 'nosniff')
    const { bundleTag } = (await import(
      new URL('../../../scripts/prepare/build.mjs', import.meta.url).href
    )) as { bundleTag(): string }
    expect(text === bundleTag()).toBe(true)
    // No word of the pages' policy has to be given up for it.
    expect(text).not.toMatch(/\beval\b|new Function|innerHTML|createElement/)
    expect(headers['set-cookie']).toBeUndefined()
    await request(one.app).get('/api/auth/client.js').set('If-None-Match', headers.etag!).expect(304)
  } finally {
    await one.dispose()
  }
})
