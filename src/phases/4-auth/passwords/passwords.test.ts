import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import bcrypt from 'bcryptjs'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { passwords } from './passwords.js'

const hasher = passwords({ cost: 4 })
afterAll(() => hasher.close())

test('verifies the whole password: the 73rd byte counts', async () => {
  const stored = await hasher.hash('x'.repeat(80))
  expect(await hasher.verify('x'.repeat(80), stored)).toBe(true)
  expect(await hasher.verify(`${'x'.repeat(79)}y`, stored)).toBe(false)
})

test.each(['password', '1q2w3e4r5t', 'Football1'.toLowerCase(), 'TRUSTNO1', 'ｐａｓｓｗｏｒｄ', 'sunshine1'])(
  'case 48: refuses a common new password: %s',
  async (password) => {
    const refused = hasher.hashNew(password)
    await expect(refused).rejects.toMatchObject({
      code: 'invalid_request',
      members: { errors: [{ field: 'password' }] },
    })
    await expect(refused).rejects.not.toThrow(password)
    // An existing one is hashed again as it is.
    expect(await hasher.hash(password)).toMatch(/^bcrypt/)
  },
)

test('case 48: accepts any other, and reads the list only in the threads that hash', async () => {
  expect(await hasher.verify('a long enough one', await hasher.hashNew('a long enough one'))).toBe(true)
  const loaded = Object.keys(createRequire(import.meta.url).cache)
  expect(loaded.filter((file) => file.includes('zxcvbn'))).toEqual([])
})

test('case 48: the list has about 18,000 of 8 characters or more, and each tenth of the first 3,000 is refused', async () => {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const common = dictionary['passwords-common']!.filter(({ length }) => length >= 8)
  expect(common.length).toBeGreaterThan(17_500)
  const tried = common.slice(0, 3_000).filter((_, at) => at % 10 === 0)
  const refused = await Promise.all(
    tried.map((password) =>
      hasher.hashNew(password).then(
        () => [password],
        () => [],
      ),
    ),
  )
  expect(refused.flat()).toEqual([])
})

test('case 26: NFC and NFD are one password, and no other form is', async () => {
  const [nfc, nfd] = ['ﬁancée Ångström'.normalize('NFC'), 'ﬁancée Ångström'.normalize('NFD')]
  expect(nfd).not.toBe(nfc)
  for (const stored of [await hasher.hash(nfc), await hasher.hash(nfd)]) {
    expect(await hasher.verify(nfc, stored)).toBe(true)
    expect(await hasher.verify(nfd, stored)).toBe(true)
    expect(await hasher.verify(nfc.normalize('NFKC'), stored)).toBe(false)
  }
})

test('case 26: a hash of the password as sent still matches, and is reported as such', async () => {
  const nfd = 'fiancée'.normalize('NFD')
  const stored = bcrypt.hashSync(nfd, 4)
  expect(await hasher.verify(nfd, stored)).toBe('as_sent')
  expect(await hasher.verify(nfd.normalize('NFC'), stored)).toBe(false)
  expect(await hasher.verify(nfd, null)).toBe(false)
})

test('verifies bcrypt hashes that the app had, and reports them as old', async () => {
  const stored = bcrypt.hashSync('from before', 4)
  expect(await hasher.verify('from before', stored)).toBe(true)
  expect(hasher.isOld(stored)).toBe(true)
  expect(hasher.isOld(await hasher.hash('new'))).toBe(false)
})

test('reports a hash of another cost as old', async () => {
  const other = passwords({ cost: 11 })
  expect(other.isOld(await hasher.hash('x'))).toBe(true)
  await other.close()
})

test('accepts no password where none is stored, and takes as long', async () => {
  const costly = passwords({ cost: 11 })
  onTestFinished(() => costly.close())
  const stored = await costly.hash('x')
  const time = async (against: string | null) => {
    const started = performance.now()
    expect(await costly.verify('y', against)).toBe(false)
    return performance.now() - started
  }
  await time(null)
  const [none, some] = [await time(null), await time(stored)]
  expect(none).toBeGreaterThan(some / 4)
})

test('refuses with Retry-After when too many wait, and does not block the event loop', async () => {
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => hasher.hash('x')))
  const refused = results.filter((result) => result.status === 'rejected')
  expect(refused.length).toBeGreaterThan(20)
  for (const { reason } of refused)
    expect(reason).toMatchObject({ code: 'unavailable', headers: { 'Retry-After': '2' } })
})

// Made with Python's hashlib, the first with passlib.
test.each([
  ['password', '$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M'],
  ['pässword', 'pbkdf2_sha256$1000$seasalt$EqCL4TJDvY77OVYjQped2t9qDQ3xEdvvzv1yQvLuPH0='],
  [
    'pässword',
    'pbkdf2:sha512:1000$seasalt$f33c088db6df52d48d7773bde1878ec345cf8602f1b513908863feda2b747b860ae766cd35ecc7f5d8d7d39dffba6b8fa279ef195611d910099fbb82211ae8fd',
  ],
  [
    'pässword',
    '$pbkdf2-sha512$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$20MTVzg/n3H4pkjP7rPbs9uXGvJYlRG4j32EBHiNeegrbijWGjc63LMIJzA0jtIUGL4tJ0FCjR9uzA3gQvH7WA',
  ],
])('verifies PBKDF2: %s against %s', async (password, stored) => {
  expect(await hasher.verify(password, stored)).toBe(true)
  expect(await hasher.verify(`${password}x`, stored)).toBe(false)
  expect(hasher.isOld(stored)).toBe(true)
})

test.each([
  ['one cut short', 'pbkdf2_sha256$1$s$AAAA'],
  ['one without rounds', 'pbkdf2_sha256$0$s$EqCL4TJDvY77OVYjQped2t9qDQ3xEdvvzv1yQvLuPH0='],
  ['one of an unknown digest', 'pbkdf2_sha9$1$s$EqCL4TJDvY77OVYjQped2t9qDQ3xEdvvzv1yQvLuPH0='],
  ['the password itself', 'x'],
  ['nothing', ''],
])('accepts no password for %s', async (_what, stored) => {
  expect(await hasher.verify('x', stored)).toBe(false)
})

test.each(['a', 'b', 'y'])('verifies bcrypt of the kind 2%s', async (kind) => {
  const stored = bcrypt.hashSync('from before', 4).replace(/^\$2./, `$2${kind}`)
  expect(await hasher.verify('from before', stored)).toBe(true)
})

// The phc string of the argon2 command line: echo -n password | argon2 somesalt -t 2 -m 16 -p 4 -l 24
test('verifies argon2 with its package', async () => {
  const stored = '$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG'
  expect(await hasher.verify('password', stored)).toBe(true)
  expect(await hasher.verify('Password', stored)).toBe(false)
})

test('names the missing package where the app’s own hashes are argon2', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-hash-'))
  const here = fileURLToPath(new URL('.', import.meta.url))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(here, '../../../../node_modules/bcryptjs'), join(folder, 'node_modules/bcryptjs'))
  copyFileSync(join(here, 'hash-worker.ts'), join(folder, 'hash-worker.mjs'))
  const script = `import { compare } from './hash-worker.mjs'
    compare({ password: 'x', stored: '$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA' }).catch((error) => console.log(error.message))`
  try {
    const { stdout } = spawnSync('node', ['--input-type=module', '-e', script], { cwd: folder })
    expect(String(stdout)).toContain('npm install @node-rs/argon2')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
