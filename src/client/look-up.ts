import type { CsrfAnswer, User } from '../contract/answers.js'
import type { Calls } from './calls.js'
import { errorOf } from './client-error.js'
import { joined } from './joined.js'
import type { PageLogin } from './page-login.js'

/** Asks the server for the current user; from then on the page is that user's. Simultaneous calls share one request. */
export function userLookup(login: PageLogin, fetch: Calls['fetch']): () => Promise<User | null> {
  const { place, tokens, proof, person } = login
  const me = () => fetch(place.address('GET /me'))

  async function ask(): Promise<User | null> {
    const { isOn } = await login.learn()
    if (!isOn || !login.maybeIn()) return null
    // The proof first: if another user logs in between the two, it does not match the answer and is refused.
    proof.setMade(null)
    const now = place.isForeign ? await foreignProof() : proof.now()
    let answer = await me()
    if (answer.status === 400 && tokens.access() !== null) {
      // The cookie belongs to another user, who has logged in since.
      if (login.mode().refresh === 'cookie') tokens.dropAccess()
      else tokens.clear()
      answer = await me()
    }
    if (answer.status === 401) return null
    if (!answer.ok) throw await errorOf(answer)
    const user = (await answer.json()) as User
    proof.setMade(now ?? proof.now())
    person.become(user)
    return user
  }

  async function foreignProof(): Promise<string | null> {
    const answer = await fetch(place.address('GET /csrf'))
    return answer.ok ? ((await answer.json()) as CsrfAnswer).csrfToken : null
  }

  return joined(ask).start
}
