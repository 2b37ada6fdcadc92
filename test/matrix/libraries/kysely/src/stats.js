import { Router } from 'express'
import { sql } from 'kysely'
import { db } from './db.js'

export const stats = Router()

stats.get('/totals', async (_req, res) => {
  const totals = await db
    .selectFrom('items')
    .select(({ fn }) => [fn.countAll().as('items'), fn.count('id').filterWhere('done', '=', true).as('done')])
    .executeTakeFirstOrThrow()
  res.json(totals)
})

stats.get('/busiest', async (_req, res) => {
  const busiest = await db
    .with('counted', (cte) =>
      cte
        .selectFrom('items')
        .select(({ fn }) => ['list_id', fn.countAll().as('open')])
        .where('done', '=', false)
        .groupBy('list_id'),
    )
    .selectFrom('counted')
    .innerJoin('lists', 'lists.id', 'counted.list_id')
    .select(['lists.id', 'lists.name', 'counted.open'])
    .orderBy(sql`counted.open desc, lists.id`)
    .limit(5)
    .execute()
  res.json(busiest)
})

stats.get('/unused-tags', async (_req, res) => {
  const unused = await db
    .selectFrom('tags')
    .select(['id', 'label'])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('item_tags').select('item_tags.tag_id').whereRef('item_tags.tag_id', '=', 'tags.id'),
        ),
      ),
    )
    .orderBy('label')
    .execute()
  res.json(unused)
})
