import { expect, test } from 'vitest'
import { type ConfigInput, parseConfig } from '../../../config/config.js'
import { loadLanguages } from '../../4-auth/words/languages.js'
import { type Say, wordsIn } from '../../4-auth/words/words.js'
import { deviceName } from './session-routes.js'

async function sayIn(language: 'en' | 'de'): Promise<Say> {
  const app: ConfigInput = {
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
  }
  const config = parseConfig({ ...app, auth: { language } })
  await loadLanguages(config)
  return wordsIn(config)
}

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)'

test.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`, 'Chrome on Linux'],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0`,
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0',
    'Firefox on a Mac',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
    'Safari on an iPhone',
  ],
  [`Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36`, 'Chrome on Android'],
  ['curl/8.5.0', 'curl'],
  ['<script>alert(1)</script>', 'Unknown program'],
  ['', 'Unknown program'],
  [null, 'Unknown program'],
])('calls %j %s', async (userAgent, name) => {
  expect(deviceName(await sayIn('en'), userAgent)).toBe(name)
})

test('names devices in German', async () => {
  const say = await sayIn('de')
  const phone = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${WEBKIT} Version/18.6 Mobile/15E148 Safari/604.1`
  expect(deviceName(say, phone)).toBe('Safari auf einem iPhone')
  expect(deviceName(say, null)).toBe('Unbekanntes Programm')
})
