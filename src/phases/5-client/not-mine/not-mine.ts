import type { Request, Response } from 'express'
import { z } from 'zod'
import { isOwned } from '../../../core/config.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { ownedRoutes, rowOf } from '../../../express/owned-routes.js'
import { answerErrors, jsonBody, noStore, read } from '../../4-auth/answer.js'
import { type Key, keyOf, ownAmong } from './own-rows.js'

const asked = z.strictObject({ requests: z.array(z.string().max(500)).max(100) })

/**
 * Which of some requests would act on a row that is not this person's. It tells of no row whether it is there: one that is
 * missing is as little theirs as somebody else's.
 */
export function notMine(kit: Kit): Routes {
  const { config, db } = kit
  const routes = ownedRoutes(config)
  const keys = new Map<string, Promise<Key>>()
  const keyIn = (table: string, owner: string) => {
    const known = keys.get(table) ?? keyOf(db, table, owner)
    keys.set(table, known)
    known.catch(() => keys.delete(table))
    return known
  }
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
          const entry = config.tables[table]!
          if (!isOwned(entry)) continue
          const key = await keyIn(table, entry.owner)
          const named = rows.flatMap((row) => {
            const value = row.table === table ? key.read(row.key) : null
            return value === null ? [] : [{ request: row.request, value }]
          })
          const own = await ownAmong(
            db,
            { table, owner: entry.owner, key },
            person.id,
            named.map(({ value }) => value),
          )
          others.push(...named.filter(({ value }) => !own.has(value)).map(({ request }) => request))
        }
        res.json({ not_mine: others })
      },
      answerErrors(kit),
    )
  }
}
