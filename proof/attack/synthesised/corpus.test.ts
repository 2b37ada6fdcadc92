import { beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { withClient } from '../../../src/database/with-client.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { bodiesFor } from './bodies.js'
import { type Corpus, corpusOf } from './corpus.js'
import { pathsFor } from './paths.js'

const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { days: { owner: 'user_id' }, spans: { owner: 'user_id' } },
})

let corpus: Corpus
beforeAll(async () => {
  const { url } = await freshDatabase()
  corpus = await withClient(url, 'test', async (client) => {
    await client.query(
      `create table days (user_id int, habit_id int, day date, at timestamptz, primary key (habit_id, day));
       insert into days values (1, 4, '2026-10-25', '2026-10-25 08:00Z'), (1, 4, '2026-03-29', '2026-03-29 08:00Z');
       create table spans (user_id int, id int primary key, "Begin" date, until date);
       insert into spans values (1, 9, '2026-10-25', null)`,
    )
    const sql = async (text: string, values?: unknown[]) => (await client.query(text, values)).rows
    return corpusOf({ sql } as Parameters<typeof corpusOf>[0], config, 1, [])
  })
})

describe('a day of the calendar', () => {
  it('is in a path as the database writes it', () => {
    expect(pathsFor('/habits/:habit_id/days/:day', corpus)).toContain('/habits/4/days/2026-10-25')
  })

  it('is in a body as the database writes it, next to times', () => {
    expect(bodiesFor('PUT /spans/:id', corpus)[0]).toMatchObject({ Begin: '2026-10-25' })
    expect(corpus.tables[0]!.rows[0]).toMatchObject({ day: '2026-10-25', at: new Date('2026-10-25 08:00Z') })
  })
})
