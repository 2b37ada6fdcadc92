import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { issueReset } from '../links/reset-token.js'
import { assertHardToGuess, newPassword } from './password-policy.js'

const WORDS = ['Comic Pile', 'ann.smith@example.com', 'bob', null]
const running: AuthApp[] = []
afterEach(async () => {
  for (const one of running.splice(0)) await one.dispose()
})

test.each([
  'ann.smith',
  'Ann.Smith2026',
  'comic pile!!',
  'comicpile2026',
  'Comic-Pile_2026',
  'comicpile20262027',
  '2026annsmith',
  'aaaaaaaa',
  'abc1abc1abc1',
  '12345678',
  'zyxwvuts',
  '１２３４５６７８',
])('cases 48 and 49: refuses %s, which others would try first, without repeating it', (password) => {
  const refused = expect.objectContaining({ code: 'invalid_request' })
  expect(() => assertHardToGuess(password, WORDS)).toThrow(refused)
  expect(() => assertHardToGuess(password, WORDS)).not.toThrow(password)
})

test.each([
  'bob likes it',
  'ann.smith reads a lot',
  'correct horse',
  'comic pile of 48 tigers',
  'kX2#9qLm',
  'ǅßﬁ日本語日本語',
  '🦆'.repeat(128),
])('case 49: accepts %s: there are no composition rules, and short names occur in many words', (password) =>
  assertHardToGuess(password, WORDS),
)

test('a new password has 8 to 128 characters, however many bytes each takes', () => {
  const lengths = (one: string) =>
    [1, 7, 8, 64, 128, 129].filter((count) => newPassword.safeParse(one.repeat(count)).success)
  for (const one of ['x', 'é', 'e\u0301', '🦆']) expect(lengths(one), one).toEqual([8, 64, 128])
})

test('cases 48 and 49: applies at registration and for a link, and names the field', async () => {
  const one = await authApp({ realHashes: true, open: true, config: { name: 'Bookshelf' } })
  running.push(one)
  const post = (path: string, body: object) => request(one.app).post(`/api/auth${path}`).send(body)
  const account = { email: 'librarian@example.com', password: 'librarian1' }
  const { body } = await post('/register', { ...account, claim_code: CODE }).expect(400)
  expect(body.errors).toEqual([{ field: 'password', message: expect.stringContaining('a name of yours') }])
  for (const password of ['Bookshelf 1', 'password1', 'Qwertyuiop'])
    await post('/register', { ...account, password, claim_code: CODE }).expect(400)
  await post('/register', { ...account, password: 'a long enough one', claim_code: CODE }).expect(202)
  const token = await issueReset(one.db, 1)
  for (const password of ['librarian1', 'default_user', 'bookshelf!', 'iloveyou'])
    await post('/password/reset', { token, password }).expect(400)
})
