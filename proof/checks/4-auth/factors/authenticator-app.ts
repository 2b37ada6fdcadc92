import { createHmac } from 'node:crypto'
import type { Gate } from '../../../gate/gate.js'
import { bearer, type Questions } from '../gate-login.js'

/** An authenticator app with the second factor of a user. */
interface AuthenticatorApp {
  /** base32; empty: none was answered */
  secret: string
  /** what the app shows, `steps` time steps from now */
  codeOf(steps: number): string
  /** the recovery codes of the same user */
  codes: readonly string[]
}

/** Sets up the second factor of the user of a token, as a user does. */
export async function setUpFactor(gate: Gate, ask: Questions, token: string): Promise<AuthenticatorApp> {
  const { mount } = gate.config.auth
  const headers = bearer(gate, token)
  const begun = await ask.expect('no secret is made', 200, 'POST', `${mount}/totp/enrol`, {
    headers,
    body: {},
  })
  const { secret = '' } = (begun.json ?? {}) as { secret?: string }
  const now = await clockOf(gate)
  const codeOf = (steps: number) => codeAt(secret, Math.floor(now() / 30) + steps)
  const body = { code: codeOf(0) }
  const path = `${mount}/totp/confirm`
  const confirmed = await ask.expect('a code of the secret is refused', 200, 'POST', path, { headers, body })
  const { recovery_codes: codes = [] } = (confirmed.json ?? {}) as { recovery_codes?: string[] }
  ask.holds(codes.length === 10, {
    what: 'there are not ten recovery codes',
    route: `POST ${path}`,
    got: String(codes.length),
  })
  return { secret, codeOf, codes }
}

/** The clock of the app, which is the gate's own. Seconds since 1970. */
async function clockOf({ database }: Gate): Promise<() => number> {
  const [row] = await database.sql<{ at: number }>(
    'select extract(epoch from pending_at)::float8 as at from usertwo.totp',
  )
  const since = performance.now()
  return () => (row?.at ?? 0) + (performance.now() - since) / 1000
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code of a time step, by the arithmetic of RFC 4226 and 6238 and not by the library that the toolkit uses. */
function codeAt(secret: string, step: number): string {
  const bits = [...secret].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', key).update(counter).digest()
  const number = mac.readUInt32BE(mac.at(-1)! & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}
