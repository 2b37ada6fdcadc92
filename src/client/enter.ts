import type { FactorAnswer, TokenAnswer, User } from '../contract/answers.js'
import type { ApiCall } from '../contract/endpoints.js'
import { ClientError, errorOf } from './client-error.js'
import type { Client } from './contract.js'
import type { PageLogin } from './page-login.js'
import type { News, Tabs } from './tabs.js'

/** Sends a call of the auth API once, as the user who is logged in now. */
export type Post = (call: ApiCall, body?: unknown) => Promise<Response>

interface Parts {
  news: Tabs
  post: Post
  who(): Promise<User | null>
  /** the refresh in progress */
  refreshing(): Promise<unknown> | null
}

/** Logs in and out, here and in the other tabs. */
export function entering(login: PageLogin, parts: Parts): Pick<Client, 'login' | 'logout'> {
  const { server, tokens, proof, learn, place } = login
  const { news, post, who, refreshing } = parts
  return {
    async login(given) {
      const { isOn } = await learn()
      if (!isOn) throw new ClientError(server.whyOff(), 'user_management_off', 404)
      await refreshing()
      if (!place.isForeign) proof.setMade(proof.now())
      const { code, ...password } = given
      let told = await answered<TokenAnswer | FactorAnswer>(post('POST /login', password))
      if ('mfa_token' in told) {
        if (code === undefined) throw new ClientError('A code is due as well.', 'factor_required', 401)
        told = await answered<TokenAnswer>(post('POST /totp/verify', { mfa_token: told.mfa_token, code }))
      }
      if (login.mode().refresh !== null || place.isForeign) tokens.take(told)
      proof.setMade(null)
      news.tell({ type: 'login' })
      const user = await who()
      if (user === null) throw new ClientError('The login was over at once.', 'authentication_required', 401)
      return user
    },
    async logout() {
      const { isOn } = await learn()
      if (!isOn) return
      await refreshing()
      proof.setMade(proof.now() ?? proof.made())
      const answer = await postLogout(login, post)
      if (!answer.ok) throw await errorOf(answer)
      forgetLogin(login)
      news.tell({ type: 'logout' })
    },
  }
}

async function answered<Told>(asked: Promise<Response>): Promise<Told> {
  const answer = await asked
  if (!answer.ok) throw await errorOf(answer)
  return (await answer.json()) as Told
}

/** The refresh token names the login past the access token's end. */
export function postLogout({ mode, tokens }: PageLogin, post: Post): Promise<Response> {
  const refresh_token = mode().refresh === 'body' ? tokens.refresh() : null
  return post('POST /logout', refresh_token === null ? undefined : { refresh_token })
}

export function forgetLogin({ tokens, proof, person }: PageLogin): void {
  tokens.clear()
  proof.setMade(null)
  person.become(null)
}

interface Heard {
  post: Post
  look(): void
  /** called when another user may be logged in now */
  moved(): void
}

/** Applies a message from another tab. */
export function hearing(login: PageLogin, { post, look, moved }: Heard): (news: News) => void {
  const { mode, isShared, tokens, person } = login
  return (news) => {
    // Each tab has a login of its own.
    const isAlone = mode().refresh !== null && !isShared() && tokens.refresh() !== null
    if (news.type === 'refresh') {
      if (isShared()) tokens.takeAccess(news.access, news.seconds)
    } else if (news.type === 'logout') {
      if (isAlone) void postLogout(login, post).catch(() => {})
      forgetLogin(login)
    } else if (isAlone) return
    else if (news.type === 'login') {
      tokens.dropAccess()
      moved()
    } else if (!person.isOver()) look()
  }
}
