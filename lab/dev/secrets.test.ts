import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readSecrets } from './secrets.js'

const place = mkdtempSync(join(tmpdir(), 'usertwo-secrets-'))
const file = join(place, 'secrets.json')
afterAll(() => rmSync(place, { recursive: true }))

test('are created once, readable only by their owner, and kept', () => {
  const secrets = readSecrets(place)
  expect(secrets.claimCode).toMatch(/^[A-HJKMNP-TV-Z2-9]{4}-[A-HJKMNP-TV-Z2-9]{4}$/)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readSecrets(place)).toEqual(secrets)
})

test('throw an error that names the file and repeats none of it if they cannot be parsed', () => {
  const { jwtSecret } = readSecrets(place)
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -30))
  expect(() => readSecrets(place)).toThrow(file)
  expect(() => readSecrets(place)).not.toThrow(jwtSecret)
})
