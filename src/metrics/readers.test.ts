import { expect, test } from 'vitest'
import type { Incoming } from '../express/handler.js'
import { readers } from './readers.js'

const TOKEN = 'b5Rk2mXq9TzLw7VcHs4NdJ8pYfGuEa13'
const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress }, headers: { host: 'localhost:3000', ...headers } }) as unknown as Incoming

test.each([
  ['this machine', from('127.0.0.1'), true],
  ['this machine, by IPv6', from('::1', { host: '[::1]:3000' }), true],
  ['this machine, by IPv4 in IPv6', from('::ffff:127.0.0.1'), true],
  ['another of 127/8', from('127.0.26.1', { host: '127.0.26.1' }), true],
  ['another machine', from('10.0.0.5'), false],
  ['another machine that says it is this one', from('10.0.0.5', { 'x-forwarded-for': '127.0.0.1' }), false],
  ['a proxy on this machine', from('127.0.0.1', { 'x-forwarded-for': '203.0.113.7' }), false],
  ['a proxy that forwards for this machine', from('127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }), false],
  ['a proxy by the standard', from('127.0.0.1', { forwarded: 'for=203.0.113.7' }), false],
  ['a proxy that passes the name on', from('127.0.0.1', { host: 'app.example.com' }), false],
  ['a page whose name was pointed here', from('127.0.0.1', { host: 'localhost.evil.example' }), false],
  ['a socket that is gone', from(undefined), false],
])('case 120: without METRICS_TOKEN only this machine reads the figures: %s', (_who, req, may) => {
  expect(readers({ METRICS_TOKEN: undefined })(req)).toBe(may)
})

test.each([
  ['the token, from anywhere', from('10.0.0.5', { authorization: `Bearer ${TOKEN}` }), true],
  ['the token, the scheme in small letters', from('10.0.0.5', { authorization: `bearer ${TOKEN}` }), true],
  ['nothing, from this machine', from('127.0.0.1'), false],
  ['another token', from('127.0.0.1', { authorization: `Bearer ${TOKEN.replace('b5', 'b6')}` }), false],
  ['a part of it', from('127.0.0.1', { authorization: `Bearer ${TOKEN.slice(1)}` }), false],
  ['another scheme', from('127.0.0.1', { authorization: `Basic ${TOKEN}` }), false],
])('case 120: with METRICS_TOKEN only who has it: %s', (_who, req, may) => {
  expect(readers({ METRICS_TOKEN: TOKEN })(req)).toBe(may)
})
