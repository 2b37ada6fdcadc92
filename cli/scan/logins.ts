import type { Source } from '../../reading/syntax/sources.js'
import { isCall, nameOf } from '../../reading/syntax/syntax.js'
import { child, locate, type Node, traverse } from '../../reading/syntax/tree.js'
import { namesUser, proxyHeadersIn } from '../init/own-login/proxy-headers.js'
import { readSessionLogin } from '../init/own-login/read-login.js'
import { findSessionStore, type SessionStore } from '../init/own-login/read-store.js'
import { findSharedForm } from '../init/own-login/shared/shared-form.js'
import { findBasicAuth } from '../init/own-login/shared/shared-password.js'
import { loginCalled } from '../init/reading/own-login.js'

/** A login of the app's own. */
export interface ScannedLogin {
  /** what it logs users in by, in words */
  by: string
  at: string
  /** what to do with it */
  advice: string
}

const HOW = 'docs/how-to/keep-the-apps-own-login.md'
const STAYS = `it can stay: usertwo init reads it, and the gates log in by it (${HOW})`
const NO_USERS = `no table of users is in the source: if it serves one person, usertwo’s accounts replace it, and a session that only remembers things stays; if it has users, it can stay (${HOW})`
const NOT_KEPT =
  'usertwo init does not keep it as the only login: take it out, or have it behind usertwo’s by --keep-login'
const OFF = 'it is off by default: leave it off, since usertwo’s accounts replace it'
const REPLACED = 'usertwo’s accounts replace it: take it out, since one password is not one per user'
const PROXY_HOW = 'docs/how-to/log-in-by-a-proxy.md'
const BY_PROXY = `a client that reaches the app past the proxy sends it too. It can stay: usertwo init reads it, and believes it from the addresses of auth.proxy.from alone (${PROXY_HOW})`
const MORE_OF_PROXY = `a client that reaches the app past the proxy sends it too: name it in auth.proxy.more (${PROXY_HOW})`

const BY_HAND = `describe it by hand, as auth.by: 'app' (${HOW})`
const ADVICE: Record<SessionStore['kind'], string> = {
  memory: STAYS,
  token: STAYS,
  'connect-pg-simple': STAYS,
  'better-auth': STAYS,
  'connect-redis': `it can stay: usertwo init reads it, and the gates log in by it on a Redis of their own (${HOW})`,
  other: `usertwo init does not read where that keeps them: ${BY_HAND}`,
}

/** Advice that only holds for a session with users. */
const OF_USERS: readonly string[] = Object.values(ADVICE)

/** Middleware of tokens; passport and basic auth have lines of their own. */
const TOKENS = /^(?:jsonwebtoken|jose|express-jwt)$/

/**
 * Names each login that the sources show, once, with what to do with it.
 * @param hasUsers whether the sources show a table of users, whose rows a login needs
 */
export function loginsIn(sources: readonly Source[], hasUsers = true): ScannedLogin[] {
  const found = new Map<string, ScannedLogin>()
  const add = (login: ScannedLogin) => {
    const advice = !hasUsers && OF_USERS.includes(login.advice) ? NO_USERS : login.advice
    if (!found.has(login.by)) found.set(login.by, { ...login, advice })
  }
  const session = sessionLogin(sources)
  if (session) add(session)
  const always = findBasicAuth(sources, () => false)
  const basic = always ?? findBasicAuth(sources, () => true)
  if (basic) add({ by: 'basic auth', at: basic.at, advice: always ? REPLACED : OFF })
  const form = findSharedForm(sources)
  if (form) add({ by: `one password for everybody, by ${form.how}`, at: form.at, advice: REPLACED })
  for (const { name, at } of proxyHeadersIn(sources))
    add({ by: `the header ${name}, of a proxy`, at, advice: namesUser(name) ? BY_PROXY : MORE_OF_PROXY })
  const read = readSessionLogin(sources)
  const isToken = read?.store.kind === 'token' && read.users.length > 0
  const isReadable = isToken || read?.betterAuth?.why === null
  for (const source of sources)
    traverse(source.tree, (node) => {
      const seen = loginAt(node, source, isReadable ? STAYS : NOT_KEPT)
      if (seen) add({ ...seen, at: locate(source.file, node) })
    })
  return [...found.values()]
}

function sessionLogin(sources: readonly Source[]): ScannedLogin | null {
  const session = findSessionStore(sources)
  if (!session) return null
  const { store } = session
  const kept = store.table && store.kind !== 'other' ? `the table ${store.table} (${store.name})` : store.name
  const advice = ADVICE[store.kind]
  return { by: `express-session, kept in ${kept}`, at: session.at, advice }
}

/** @param kept what to do with a login by tokens or better-auth */
function loginAt(node: Node, source: Source, kept: string): Omit<ScannedLogin, 'at'> | null {
  if (node.type === 'NewExpression') {
    const callee = child(node, 'callee')
    const module = source.imports.get(nameOf(callee) ?? nameOf(child(callee, 'object')) ?? '')?.module ?? ''
    if (!/^(?:@[\w-]+\/)?passport-/.test(module)) return null
    return { by: module, advice: module === 'passport-local' ? STAYS : NOT_KEPT }
  }
  if (!isCall(node)) return null
  const module = loginCalled(node, source) ?? ''
  if (TOKENS.test(module)) return { by: `a token, by ${module}`, advice: kept }
  if (module === 'better-auth') return { by: module, advice: kept }
  if (module === 'express-openid-connect') return { by: module, advice: NOT_KEPT }
  return null
}
