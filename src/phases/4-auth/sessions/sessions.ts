import type { Request, Router } from 'express'
import type { Kit } from '../../../core/kit.js'
import { packages } from '../../../core/packages.js'
import { Problem } from '../../../core/problem.js'
import { noStore } from '../answer.js'
import { audit } from '../audit.js'
import { assertRecent } from '../passwords/reauth.js'
import { loginParts } from './login-parts.js'
import { signedIn } from './signed-in.js'

/** Where somebody is logged in, and ending it there: only ever their own (ASVS 7.5.2). */
export function sessions(kit: Kit): Router {
  const { logins } = loginParts(kit)
  const { db } = kit
  const router = packages.express.Router({ caseSensitive: true, strict: true })

  router.get('/', noStore, async (req, res) => {
    const { id, sessionId } = signedIn(kit, req)
    const rows = await logins.list(id)
    res.json(rows.map((row) => ({ ...row, current: row.id === sessionId })))
  })

  router.delete('/', noStore, async (req, res) => {
    const { id, sessionId } = signedIn(kit, req)
    await assertRecent(kit, req)
    await logins.endOthers(id, sessionId)
    await audit(db, kit, req, 'session_revoked', id)
    res.status(204).end()
  })

  router.delete<{ id: string }>('/:id', noStore, async (req, res) => {
    const { id, sessionId } = signedIn(kit, req as Request)
    if (req.params.id !== sessionId) await assertRecent(kit, req as Request)
    if (!(await logins.end(id, req.params.id))) throw new Problem('not_found')
    await audit(db, kit, req as Request, 'session_revoked', id)
    res.status(204).end()
  })

  return router
}
