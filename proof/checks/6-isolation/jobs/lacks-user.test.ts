import { expect, test } from 'vitest'
import { parseConfig } from '../../../../src/config/config.js'
import { lacksUser } from './jobs.js'

const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { web_sessions: { access: 'session' }, notes: { owner: 'user_id' } },
})

test.each([
  ['delete from web_sessions where expires_at < now()', false],
  ['delete from "web_sessions" where "expires_at" < current_timestamp', false],
  ['delete from web_sessions where expires_at < now() or true', true],
  ['delete from web_sessions', true],
  ['delete from notes where expires_at < now()', true],
])('%s, outside of a request, lacks a user: %s', (text, lacks) => {
  expect(lacksUser(config)({ who: null, text })).toBe(lacks)
})
