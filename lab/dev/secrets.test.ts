import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readSecrets } from './secrets.js'

const place = mkdtempSync(join(tmpdir(), 'usertwo-secrets-'))
const file = join(place, 'secrets.json')
afterAll(() => rmSync(place, { recursive: true }))

test('are made once, for their owner alone, and kept', () => {
  const secrets = readSecrets(place)
  expect(secrets.claimCode).toMatch(/^[A-HJKMNP-TV-Z2-9]{4}-[A-HJKMNP-TV-Z2-9]{4}$/)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readSecrets(place)).toEqual(secrets)
})

test('that cannot be understood are an error that names the file and repeats nothing of it', () => {
  const { jwtSecret } = readSecrets(place)
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -30))
  expect(() => readSecrets(place)).toThrow(file)
  expect(() => readSecrets(place)).not.toThrow(jwtSecret)
})
