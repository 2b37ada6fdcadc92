// Runs in a worker thread, from `dist` as JavaScript and in tests as it stands: plain Node loads this very file, so
// it holds no type syntax. Types come from the default values.
import { createHmac } from 'node:crypto'
import bcrypt from 'bcryptjs'

// bcrypt reads 72 bytes; a digest of the whole password makes every byte of a longer one count. Keyed, so that
// plain SHA-256 lists of leaked passwords cannot be tried against it as they are.
const digest = (password = '') =>
  createHmac('sha256', 'usertwo password').update(password, 'utf8').digest('base64')

export function hash({ password, cost } = { password: '', cost: 10 }) {
  return bcrypt.hashSync(digest(password), cost)
}

export function compare({ password, stored, digested } = { password: '', stored: '', digested: true }) {
  return bcrypt.compareSync(digested ? digest(password) : password, stored)
}
