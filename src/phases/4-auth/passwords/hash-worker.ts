// Runs in a worker thread, from `dist` as JavaScript and in tests as is: plain Node loads this very file, so
// it contains no type syntax. Types come from the default values.
import { createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import { createRequire } from 'node:module'
import { setPriority } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import bcrypt from 'bcryptjs'

// Answering logged-in users takes priority over hashing for logins. Only Linux gives a thread a priority of its own.
if (process.platform === 'linux' && !isMainThread) setPriority(5)

// bcrypt reads 72 bytes; a digest of the whole password makes every byte of a longer one count. Keyed, so
// that leaked lists of plain SHA-256 digests cannot be tried against it directly.
const digest = (password = '') =>
  createHmac('sha256', 'usertwo password').update(password, 'utf8').digest('base64')

// Argon2id reads the whole password and gets it unchanged, so that other software can verify its hashes.
const NO_ARGON2ID = { memoryCost: 0, timeCost: 0, parallelism: 0 }

export async function hash({ password, cost, argon2id } = { password: '', cost: 10, argon2id: NO_ARGON2ID }) {
  if (argon2id.timeCost > 0) return (await argon2()).hash(password, argon2id)
  return bcrypt.hashSync(digest(password), cost)
}

const require = createRequire(import.meta.url)
const SHORTEST = 8
const common = new Set([''])

/** Whether this is one of the most common passwords, in any case. The list is read on first use. */
function isCommon(password = '') {
  if (common.size === 1) {
    const { dictionary } = require('@zxcvbn-ts/language-common')
    for (const one of dictionary['passwords-common']) if (one.length >= SHORTEST) common.add(one)
  }
  return common.has(password.normalize('NFKC').toLowerCase())
}

/** Hashes a password that a user chooses; null: it is one of the first that others would try. */
export async function hashNew(task = { password: '', cost: 10, argon2id: NO_ARGON2ID }) {
  return isCommon(task.password) ? null : hash(task)
}

export async function compare({ password, stored, digested } = { password: '', stored: '', digested: true }) {
  if (stored.startsWith('$argon2')) return (await argon2()).verify(stored, password)
  if (/^\$?pbkdf2/.test(stored)) return comparePbkdf2(password, stored)
  return bcrypt.compareSync(digested ? digest(password) : password, stored)
}

async function argon2() {
  try {
    // Hidden from the compiler: the package is installed only where the app's own hashes need it.
    const name = '@node-rs/argon2'
    return await import(name)
  } catch (cause) {
    throw new Error(
      'password hashes are argon2, the app’s own or by PASSWORD_HASH, and the package for them is not installed; run: npm install @node-rs/argon2',
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
    // A truncated hash would match many passwords.
    if (expected.length < SHORTEST_HASH || Number(rounds) < 1 || Number(rounds) > MOST_ROUNDS) return false
    const got = pbkdf2Sync(password, salt(salted), Number(rounds), expected.length, sha)
    return timingSafeEqual(got, expected)
  }
  return false
}
