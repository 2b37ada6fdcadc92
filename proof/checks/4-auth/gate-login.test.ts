import { expect, test } from 'vitest'
import type { Answer } from '../../gate/app/http.js'
import { inItsTurn } from './gate-login.js'

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
