import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PlannedFile } from './planned.js'

const FILE = '.env.example'
const VARIABLES = [
  ['DATABASE_URL', 'postgres://app:…@localhost:5432/app', 'a plain login: no superuser'],
  ['USERTWO_PHASE', '0', 'the dial: raise it when the gate says GO'],
  ['CORS_ORIGINS', 'https://app.example.com', 'origins that may call the API from a browser'],
  ['ALLOWED_HOSTS', 'app.example.com', 'names by which the app is reached'],
  ['JWT_SECRET', '', 'from phase 4: openssl rand -hex 32'],
] as const

/**
 * The variables that usertwo needs and the app's example does not name. Null: it names all of them.
 * @param origins that the app lets in itself
 */
export function envExample(folder: string, origins: readonly string[]): PlannedFile | null {
  const path = join(folder, FILE)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const missing = VARIABLES.filter(
    ([name]) => !new RegExp(`^#?\\s*(?:export\\s+)?${name}\\s*=`, 'm').test(before),
  )
  if (missing.length === 0) return null
  const given = (name: string, example: string) =>
    name === 'CORS_ORIGINS' && origins.length ? origins.join(',') : example
  const lines = missing.map(([name, value, why]) => `# ${why}\n${name}=${given(name, value)}`)
  return { file: FILE, adds: true, text: `${before ? '\n' : ''}# usertwo\n${lines.join('\n')}\n` }
}
