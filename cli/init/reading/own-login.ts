import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, locate, type Node, traverse } from '../../../reading/syntax/tree.js'

/** By what an app knows who is asking, and the call of it that does. */
const KNOWN_BY: Record<string, RegExp> = {
  jsonwebtoken: /^verify$/,
  jose: /^jwtVerify$/,
  passport: /^authenticate$/,
  'express-jwt': /^(?:expressjwt|expressJwt|jwt)$/,
  'express-openid-connect': /^auth$/,
  'express-basic-auth': /./,
  'better-auth': /^betterAuth$/,
}
const PERSON = /^(?:user|userId|user_id|username|loggedIn|isLoggedIn|authenticated|isAuthenticated|isAuth)$/

/** Where an app logs people in by itself, and by what. */
export interface OwnLogin {
  by: string
  at: string
}

/**
 * Finds a verified token, a strategy that is called, or a session that names its user. Null: none of these.
 */
export function findOwnLogin(sources: readonly Source[]): OwnLogin | null {
  let found: OwnLogin | null = null
  for (const { file, tree, imports } of sources)
    traverse(tree, (node) => {
      if (found) return
      const by = loginCalled(node, { imports })
      if (by) found = { by, at: locate(file, node) }
      if (node.type !== 'AssignmentExpression') return
      const left = child(node, 'left')
      const isOfSession = nameOf(child(child(left, 'object'), 'property')) === 'session'
      if (isOfSession && PERSON.test(nameOf(child(left, 'property')) ?? ''))
        found = { by: 'its session', at: locate(file, node) }
    })
  return found
}

/** The package whose login a call uses; null: of none. */
export function loginCalled(node: Node, { imports }: Pick<Source, 'imports'>): string | null {
  if (!isCall(node)) return null
  const member = calledMember(node)
  const name = member ? nameOf(member.of) : nameOf(child(node, 'callee'))
  const from = imports.get(name ?? '')
  if (!from) return null
  // `const jwt = require('express-jwt')` is called by its local name.
  const own = /^(?:\*|default)$/.test(from.imported) ? (name ?? '') : from.imported
  return KNOWN_BY[from.module]?.test(member?.name ?? own) ? from.module : null
}

/** Why init goes no further. */
export const ownLogin = ({ at, by }: OwnLogin) =>
  `${at}: the app has a login of its own (${by}), and usertwo brings one in phase 4: take it out, with what asks for it, or say --keep-login and put what it asks for into app.headers of the configuration. A login by express-session, or by a token that a route answers with, can stay with a table of users: docs/how-to/keep-the-apps-own-login.md`

/** Whether some path of the sources may be one at which usertwo answers: what is mounted there, the running app says. */
export function mayBeAtMount(sources: readonly Source[], mount: string): boolean {
  const last = mount.slice(mount.lastIndexOf('/'))
  let found = false
  for (const { tree } of sources)
    traverse(tree, (node) => {
      const text = textOf(node)
      if (text?.startsWith('/') && `${text}/`.includes(`${last}/`)) found = true
    })
  return found
}
