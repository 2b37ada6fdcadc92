import { expect, test } from 'vitest'
import type { Answer, Ask } from '../../gate/app/http.js'
import { CLOCK_HEADER } from '../../gate/preload/orders.js'
import { attemptsAtOnce, inItsTurn } from './gate-login.js'

const answer = (status: number, code: string, headers: Record<string, string> = {}): Answer => ({
  ...{ status, headers, body: '', ms: 0 },
  json: { code },
})
const tooMany = answer(503, 'unavailable', { 'retry-after': '2' })

/** Answers an attempt with one after the other, and the last one for good. */
async function sent(answers: Answer[]) {
  const waits: number[] = []
  let times = 0
  const last = await inItsTurn(
    async () => answers[Math.min(times++, answers.length - 1)]!,
    (seconds) => waits.push(seconds) * 0,
  )
  return { last: last.status, times, waits }
}

test('an attempt that has waited too long is sent again, until it is counted', async () => {
  const limited = answer(429, 'rate_limited', { 'retry-after': '60' })
  expect(await sent([tooMany, tooMany, limited])).toEqual({ last: 429, times: 3, waits: [2, 2] })
})

test('an attempt that is never counted is answered 503 in the end', async () => {
  expect(await sent([tooMany])).toMatchObject({ last: 503, times: 15 })
})

test.each([
  ['the app itself is not available', answer(503, 'maintenance', { 'retry-after': '2' })],
  ['no time is named', answer(503, 'unavailable')],
  ['the password is wrong', answer(401, 'wrong_credentials')],
])('an attempt is sent once where %s', async (_, one) => {
  expect(await sent([one])).toEqual({ last: one.status, times: 1, waits: [] })
})

test('attempts at once are at one moment of the app’s clock, however long each takes', async () => {
  let [now, wrong, failedAt] = [0, 0, 0]
  const ask = async (_method: string, _path: string, { headers }: Ask = {}) => {
    now = Number(headers?.[CLOCK_HEADER] ?? now + 2_000)
    if (wrong >= 5 && now < failedAt + 1_000 * 2 ** (wrong - 5)) return answer(429, 'rate_limited')
    wrong++
    failedAt = now
    return answer(401, 'wrong_credentials')
  }
  const visitor = { name: 'visitor', address: '127.0.0.1', headers: {} }
  const answers = await attemptsAtOnce({ ask }, '/login', 8, () => [visitor, {}])
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
})
