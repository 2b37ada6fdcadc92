import request from 'supertest'
import {
  makePasskey,
  type OddAnswer,
  type RequestAsked,
  type SoftwarePasskey,
  usePasskey,
} from '../../proof/checks/4-auth/passkeys/software-passkey.js'
import type { AuthApp } from './auth-app.js'

/** Where the pages of an app without PUBLIC_URL are in development and test. */
export const LOCALHOST = 'http://localhost:3000'

/** A client with the cookie by which it is recognised, and no other. */
export interface PasskeyClient {
  post(path: string, body: object, token?: string): request.Test
  /** Sets up a passkey for the user of an access token. */
  register(token: string, name?: string, said?: OddAnswer): Promise<{ id: string; passkey: SoftwarePasskey }>
  /** Asks for a challenge. */
  ask(): Promise<RequestAsked>
  /** Logs in by a passkey, with a challenge of its own. */
  logIn(passkey: SoftwarePasskey, said?: OddAnswer): Promise<request.Response>
}

/**
 * @param address of the client; another gets budgets of its own
 * @param origin of the page
 */
export function passkeyClient(one: AuthApp, address: string, origin = LOCALHOST): PasskeyClient {
  let cookie = ''
  const headers = (token?: string) => ({
    'x-forwarded-for': address,
    ...(cookie && { cookie }),
    ...(token && { Authorization: `Bearer ${token}` }),
  })
  const post: PasskeyClient['post'] = (path, body, token) =>
    request(one.app).post(`/api/auth${path}`).set(headers(token)).send(body)
  async function options(path: string, token?: string) {
    const answer = await post(path, {}, token).expect(200)
    const set = answer.headers['set-cookie'] as unknown as string[]
    cookie = set.find((line) => line.startsWith('usertwo-passkey='))!.split(';', 1)[0]!
    return answer.body
  }
  const ask = (): Promise<RequestAsked> => options('/webauthn/authenticate/options')
  return {
    post,
    ask,
    async register(token, name = 'my phone', said = {}) {
      const { passkey, credential } = makePasskey(
        await options('/webauthn/register/options', token),
        origin,
        said,
      )
      const { body } = await post('/webauthn/register/verify', { credential, name }, token).expect(201)
      return { id: body.id, passkey }
    },
    async logIn(passkey, said) {
      const credential = usePasskey(passkey, await ask(), origin, said)
      return post('/webauthn/authenticate/verify', { credential })
    },
  }
}
