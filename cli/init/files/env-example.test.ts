import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { envExample } from './env-example.js'

function exampleIn(text: string, origins: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-env-'))
  writeFileSync(join(folder, '.env.example'), text)
  try {
    return envExample(folder, origins)?.text ?? ''
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('the origins that the app lets in are the example of CORS_ORIGINS, unless the app has one', () => {
  const origins = ['https://a.example.org', 'http://localhost:5173']
  expect(exampleIn('', origins)).toContain('\nCORS_ORIGINS=https://a.example.org,http://localhost:5173\n')
  expect(exampleIn('', [])).toContain('\nCORS_ORIGINS=https://app.example.com\n')
  expect(exampleIn('CORS_ORIGINS=https://own.example.org\n', origins)).not.toContain('CORS_ORIGINS')
})
