import type { Request, Response } from 'express'
import { z } from 'zod'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { ownedRoutes, rowOf } from '../../../express/owned-routes.js'
import { answerErrors, jsonBody, noStore, read } from '../../4-auth/answer.js'
import { whoseRows } from './own-rows.js'

const asked = z.strictObject({ requests: z.array(z.string().max(500)).max(100) })

/**
 * Returns which of some requests would act on a row that is not the current user's. It does not reveal
 * whether a row exists: a missing one counts like another user's.
 */
export function notMine(kit: Kit): Routes {
  const routes = ownedRoutes(kit.config)
  const whose = whoseRows(kit)
  return (router) => {
    router.post(
      '/not-mine',
      noStore,
      jsonBody,
      async (req: Request, res: Response) => {
        const person = kit.userOf(req)
        if (!person) throw new Problem('authentication_required')
        const { requests } = read(asked, req.body)
        const rows = requests.flatMap((request) => {
          const row = rowOf(routes, request)
          return row ? [{ request, ...row }] : []
        })
        const others: string[] = []
        for (const table of new Set(rows.map((row) => row.table))) {
          const named = rows.filter((row) => row.table === table)
          const found = await whose(
            table,
            person.id,
            named.map(({ key }) => key),
          )
          others.push(
            ...named
              .filter(({ key }) => found.has(key) && found.get(key) !== 'own')
              .map(({ request }) => request),
          )
        }
        res.json({ not_mine: others })
      },
      answerErrors(kit),
    )
  }
}
