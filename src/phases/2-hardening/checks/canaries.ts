import { randomBytes } from 'node:crypto'
import type { Ask } from '../../../gate/http.js'

/** Where a secret is put into a request; the name is part of the secret, so that a find tells its way in. */
export const PLACES = [
  'authorization',
  'apikey',
  'cookie',
  'query',
  'json',
  'deep',
  'list',
  'form',
  'broken',
  'multipart',
] as const

export interface Canaries {
  /** the part all of them share: what is searched for */
  mark: string
  of(place: (typeof PLACES)[number]): string
  /** requests that carry them, each body another way of sending one */
  asks(): Ask[]
  query: string
}

/** Secrets that exist nowhere else in the world. */
export function makeCanaries(): Canaries {
  const mark = `Zq${randomBytes(9).toString('hex')}`
  const of = (place: string) => `${mark}-${place}`
  let nested: unknown = { client_secret: of('deep') }
  for (let level = 0; level < 12; level++) nested = { inner: nested }
  const headers = {
    authorization: `Bearer ${of('authorization')}`,
    'x-api-key': of('apikey'),
    cookie: `theme=dark; sid=${of('cookie')}`,
  }
  const boundary = 'gate-canary'
  const part = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  return {
    mark,
    of,
    query: `token=${of('query')}&q=1`,
    asks: () => [
      {
        headers,
        body: { title: 'x', password: of('json'), nested, accounts: [{ refresh_token: of('list') }] },
      },
      {
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: `title=x&password=${of('form')}&user%5Bapi_key%5D=${of('form')}`,
      },
      {
        headers: { ...headers, 'content-type': 'application/json' },
        body: `{"title":"x","password":"${of('broken')}",}`,
      },
      {
        headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
        body: `${part('password', of('multipart'))}${part('title', 'x')}--${boundary}--\r\n`,
      },
    ],
  }
}

/** The ways `mark` may be written in a text: as it is (so it is in URLs and JSON too), and in base64 at any offset. */
export function formsOf(mark: string): { name: string; text: string }[] {
  const base64 = [0, 1, 2].map((offset) => {
    const whole = Buffer.from('x'.repeat(offset) + mark).toString('base64')
    // The first and last groups depend on the neighbours.
    return whole.slice(offset === 0 ? 0 : 4, -4)
  })
  return [
    { name: 'plain, URL or JSON', text: mark },
    ...base64.map((text, offset) => ({ name: `base64 at offset ${offset}`, text })),
  ]
}
