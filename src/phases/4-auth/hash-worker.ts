// Runs in a worker thread, from `dist` as JavaScript and in tests as it stands: plain Node loads this very file, so
// it holds no type syntax. Types come from the default values.
import { createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import { setPriority } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import bcrypt from 'bcryptjs'

// Whoever is logged in goes before whoever logs in. Linux alone gives a thread a priority of its own.
if (process.platform === 'linux' && !isMainThread) setPriority(5)

// bcrypt reads 72 bytes; a digest of the whole password makes every byte of a longer one count. Keyed, so that
// plain SHA-256 lists of leaked passwords cannot be tried against it as they are.
const digest = (password = '') =>
  createHmac('sha256', 'usertwo password').update(password, 'utf8').digest('base64')

export function hash({ password, cost } = { password: '', cost: 10 }) {
  return bcrypt.hashSync(digest(password), cost)
}

export async function compare({ password, stored, digested } = { password: '', stored: '', digested: true }) {
  if (stored.startsWith('$argon2')) return (await argon2()).verify(stored, password)
  if (/^\$?pbkdf2/.test(stored)) return comparePbkdf2(password, stored)
  return bcrypt.compareSync(digested ? digest(password) : password, stored)
}

async function argon2() {
  try {
    // Hidden from the compiler: the package is there only where an app's own hashes need it.
    const name = '@node-rs/argon2'
    return await import(name)
  } catch (cause) {
    throw new Error(
      'the app’s own password hashes are argon2, and the package that verifies them is not installed; run: npm install @node-rs/argon2',
      { cause },
    )
  }
}

const bytes = (base64 = '') => Buffer.from(base64.replaceAll('.', '+'), 'base64')
const PBKDF2 = [
  // PHC and passlib: $pbkdf2-sha256$i=29000,l=32$salt$hash, $pbkdf2-sha512$25000$salt$hash
  { shape: /^\$pbkdf2-(sha\d+)\$(?:i=)?(\d+)(?:,l=\d+)?\$([^$]+)\$([^$]+)$/, salt: bytes, hash: bytes },
  // Django: pbkdf2_sha256$600000$salt$hash
  { shape: /^pbkdf2_(sha\d+)\$(\d+)\$([^$]+)\$([^$]+)$/, salt: Buffer.from, hash: bytes },
  // Werkzeug: pbkdf2:sha256:600000$salt$hex
  {
    shape: /^pbkdf2:(sha\d+):(\d+)\$([^$]+)\$([0-9a-f]+)$/,
    salt: Buffer.from,
    hash: (hex = '') => Buffer.from(hex, 'hex'),
  },
]
const MOST_ROUNDS = 10_000_000
const SHORTEST_HASH = 16

function comparePbkdf2(password = '', stored = '') {
  for (const { shape, salt, hash } of PBKDF2) {
    const [, sha = '', rounds, salted = '', hashed = ''] = shape.exec(stored) ?? []
    if (!sha) continue
    if (!/^sha(1|224|256|384|512)$/.test(sha)) return false
    const expected = hash(hashed)
    // A hash that was cut short would be right for many passwords.
    if (expected.length < SHORTEST_HASH || Number(rounds) < 1 || Number(rounds) > MOST_ROUNDS) return false
    const got = pbkdf2Sync(password, salt(salted), Number(rounds), expected.length, sha)
    return timingSafeEqual(got, expected)
  }
  return false
}
