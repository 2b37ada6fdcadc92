import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readKeySet } from '../../src/phases/4-auth/sessions/keys/key-set.js'
import { kidOfSecret } from '../../src/phases/4-auth/sessions/keys/keys.js'
import { command as keys } from './keys.js'

const SECRET = 'k3Vw9qTz7LmX2bRf8HsYc4NdJp6GuEa1'
let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-keys-'))
  file = join(folder, 'jwt-keys.json')
  writeFileSync(
    join(folder, 'usertwo.config.mjs'),
    `export default { app: { start: ['node', 's.js'] }, owner: { id: 1 }, users: { table: 'users' } }`,
  )
  vi.stubEnv('JWT_SECRET', SECRET)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

async function run(...args: string[]): Promise<{ out: string; aside: string }> {
  const [out, aside] = [[] as string[], [] as string[]]
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line)),
    vi.spyOn(console, 'error').mockImplementation((line: string) => void aside.push(line)),
  ]
  try {
    await keys.run([...args, '--config', folder])
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return { out: out.join('\n'), aside: aside.join('\n') }
}
const stored = () => readKeySet(readFileSync(file, 'utf8')).jwks

test('a rotation begins with the secret’s key, is for this account alone, and shows nothing that is secret', async () => {
  const { out } = await run('rotate', '--file', file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const [made, former] = stored()
  expect([made!.alg, former!.kid]).toEqual(['ES256', kidOfSecret(SECRET)])
  expect(made!.nbf! - made!.iat!).toBe(600)
  expect([made!.d, former!.k, SECRET].filter((one) => out.includes(String(one)))).toEqual([])
  expect(out).toMatch(new RegExp(`${made!.kid}  ES256  signs from 20`))
  const again = await run('rotate', '--file', file, '--algorithm', 'rs256', '--after', '0')
  expect(stored().map(({ alg }) => alg)).toEqual(['RS256', 'ES256', 'HS256'])
  expect(again.out).toContain('RS256  signs')
  expect((await run('list', '--file', file)).out.split('\n')).toHaveLength(3)
})

test('for a variable it prints the set alone to standard output', async () => {
  const { out, aside } = await run('rotate', '--print')
  vi.stubEnv('JWT_KEYS', out)
  expect(readKeySet(out).jwks).toHaveLength(2)
  expect(aside).toContain('Set JWT_KEYS')
  expect((await run('list')).out.split('\n')).toHaveLength(2)
  expect(readKeySet((await run('rotate', '--print')).out).jwks).toHaveLength(3)
})

test('a file that is not a key set stays as it is', async () => {
  writeFileSync(file, '{"keys":[]}')
  await expect(run('rotate', '--file', file)).rejects.toThrow('at least one key')
  expect(readFileSync(file, 'utf8')).toBe('{"keys":[]}')
})

test.each([
  [['rotat'], /did you mean `?keys rotate/],
  [['rotate'], /--file FILE.*--print/],
  [['rotate', '--print', '--algorithm', 'HS512'], /one of HS256, RS256, ES256/],
  [['rotate', '--print', '--after', '-1'], /--after/],
])('names an argument it does not understand: %j', async (args, said) => {
  await expect(run(...args)).rejects.toThrow(said)
})

test('a first rotation without the secret is refused, and one that has begun shows which key signs', async () => {
  vi.stubEnv('JWT_SECRET', undefined)
  await expect(run('rotate', '--file', file)).rejects.toThrow('JWT_SECRET is not set here')
  vi.stubEnv('JWT_SECRET', SECRET)
  const { out } = await run('rotate', '--file', file, '--after', '0')
  const [made, former] = out.split('\n')
  expect([made, former]).toEqual([
    expect.stringMatching(/ES256 {2}signs/),
    expect.stringMatching(/HS256 {2}no longer signs, believed until 20/),
  ])
})
