import { Secret, TOTP } from 'otpauth'
import request from 'supertest'
import type { AuthApp } from './auth-app.js'

/** The code that a phone with this secret shows, `steps` of 30 seconds from now. */
export const phoneCode = ({ clock }: Pick<AuthApp, 'clock'>, secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: clock.now().getTime() + steps * 30_000,
  })

/** Six digits that are not the code of any step around now, another for each `n`. */
export function wrongCode(one: Pick<AuthApp, 'clock'>, secret: string, n = 0): string {
  const near = [-2, -1, 0, 1, 2].map((steps) => phoneCode(one, secret, steps))
  for (let at = 100_000 + n; ; at++) if (!near.includes(String(at))) return String(at)
}

/** Sets up the second factor of the user of this access token. */
export async function enrolled(one: AuthApp, token: string): Promise<{ secret: string; codes: string[] }> {
  const headers = { Authorization: `Bearer ${token}` }
  const post = (path: string, body: object) =>
    request(one.app).post(`/api/auth${path}`).set(headers).send(body)
  const { secret } = (await post('/totp/enrol', {}).expect(200)).body
  const { body } = await post('/totp/confirm', { code: phoneCode(one, secret) }).expect(200)
  return { secret, codes: body.recovery_codes }
}
