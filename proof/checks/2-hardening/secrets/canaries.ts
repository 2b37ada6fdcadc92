import { randomBytes } from 'node:crypto'
import type { Ask } from '../../../gate/app/http.js'

/**
 * The places where a secret is put into a request. Each has its own canary, so that a find names its place.
 */
export const CANARY_PLACES = [
  'a bearer token',
  'an API key header',
  'a cookie',
  'the query',
  'JSON',
  'JSON at depth 12',
  'an object in a JSON array',
  'a JSON array',
  'a form',
  'a nested form field',
  'multipart',
  'text that does not parse',
] as const

export type CanaryPlace = (typeof CANARY_PLACES)[number]

export interface SecretCanaries {
  /** the random part of a place's secret, which no way of escaping changes */
  core(place: CanaryPlace): string
  /** `text`, in which `by` replaces every core */
  without(text: string, by: string): string
  /** requests that carry them, each body another way of sending one */
  asks(): Ask[]
  query: string
}

/** Makes secrets that exist nowhere else, between characters that each encoding writes differently. */
export function makeCanaries(): SecretCanaries {
  const cores = new Map(CANARY_PLACES.map((place) => [place, `Zq${randomBytes(9).toString('hex')}`]))
  const core = (place: CanaryPlace) => cores.get(place)!
  const awkward = (place: CanaryPlace) => `a"b\\c é&+${core(place)}'>% 1`
  let nested: unknown = { client_secret: awkward('JSON at depth 12') }
  for (let level = 0; level < 12; level++) nested = { inner: nested }
  const headers = {
    authorization: `Bearer x+/${core('a bearer token')}==`,
    'x-api-key': `k"1, ${core('an API key header')}; z`,
    cookie: `theme=dark; sid=s%3A${core('a cookie')}.a+/b=`,
  }
  const json = {
    title: 'x',
    password: awkward('JSON'),
    nested,
    accounts: [{ refresh_token: awkward('an object in a JSON array') }],
    token: ['y', awkward('a JSON array')],
  }
  const form = new URLSearchParams({
    title: 'x',
    password: awkward('a form'),
    'user[api_key]': awkward('a nested form field'),
  })
  const boundary = 'gate-canary'
  const part = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const multipart = `${part('password', awkward('multipart'))}${part('title', 'x')}--${boundary}--\r\n`
  const as = (type: string, body: string): Ask => ({ headers: { ...headers, 'content-type': type }, body })
  return {
    core,
    without: (text, by) => CANARY_PLACES.reduce((rest, place) => rest.replaceAll(core(place), by), text),
    query: `token=${encodeURIComponent(awkward('the query'))}&q=1`,
    asks: () => [
      { headers, body: json },
      as('application/x-www-form-urlencoded', form.toString()),
      // Parsers put what they could not read into their error, and apps print that.
      as('application/json', `{"title":"x","password":"${core('text that does not parse')}",}`),
      as(`multipart/form-data; boundary=${boundary}`, multipart),
    ],
  }
}

/** The encodings that a search covers, and how each writes letters and digits. */
export const ENCODINGS = ['plain', 'URL-escaped', 'JSON-escaped', 'base64', 'base64url', 'hex'] as const

/**
 * Returns the ways a core may be written. Escaping does not change letters and digits, so one search covers
 * three encodings. Base64 depends on the number of bytes before the core.
 */
export function formsOf(core: string): { name: string; text: string }[] {
  const base64 = [0, 1, 2].map((offset) => {
    const whole = Buffer.from('x'.repeat(offset) + core).toString('base64')
    // The first and last groups depend on the neighbours.
    return whole.slice(offset === 0 ? 0 : 4, -4)
  })
  const hex = Buffer.from(core).toString('hex')
  return [
    { name: 'plain, URL- or JSON-escaped', text: core },
    // Both alphabets of base64 write letters and digits the same way.
    ...base64.map((text, offset) => ({ name: `base64 or base64url at offset ${offset}`, text })),
    { name: 'hex', text: hex },
    { name: 'hex', text: hex.toUpperCase() },
  ]
}
