import pg from 'pg'
import type { Answer } from '../../proof/gate/app/http.js'
import type { Target } from '../../proof/gate/gate.js'
import { nextAddress } from '../../proof/gate/people/addresses.js'
import { comicPile, JOURNAL } from './comic-pile.js'
import { freshDatabase } from './postgres.js'
import { join } from './reader.js'

export const FORM = 'application/x-www-form-urlencoded'
/** A form with one file. */
export const UPLOAD = {
  body: `--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nbytes\r\n--x--\r\n`,
  type: 'multipart/form-data; boundary=x',
}

export type Who = 'author' | 'second' | 'third'
interface Sent {
  body?: string
  /** default: JSON */
  type?: string
  headers?: Record<string, string>
}

/** The real journal at dial 8, with three people. */
export interface JournalPeople {
  app: Target
  account(who: Who): { email: string; password: string }
  ask(who: Who | null, method: string, path: string, sent?: Sent): Promise<Answer>
  made(path: string, body: object, who?: Who): Promise<{ id: string }>
  /** an entry of the author's, its comment and file, and a draft */
  ids: { entry: string; comment: string; attachment: string; draft: string }
  /** every row there is */
  stored(): Promise<unknown[]>
  stop(): Promise<void>
}

export async function journalPeople(): Promise<JournalPeople> {
  const journal = await comicPile(JOURNAL)
  const urls = await freshDatabase()
  const admin = new pg.Client(urls.adminUrl)
  await admin.connect()
  await journal.seed(urls.url)
  await journal.migrate(urls, 8)
  const app = await journal.start({ ...urls, dial: 8, realTime: true })
  const account = (who: Who) => ({ email: `${who}@example.com`, password: `${who} writes a journal` })
  const tokens: Record<Who, string> = {
    author: await join(app, account('author'), journal.claimCode),
    second: await join(app, account('second')),
    third: await join(app, account('third')),
  }
  const ask: JournalPeople['ask'] = (who, method, path, { body, type = 'application/json', headers } = {}) =>
    app.ask(method, path, {
      as: {
        name: who ?? 'anonymous',
        address: nextAddress(),
        headers: {
          ...(who && { authorization: `Bearer ${tokens[who]}` }),
          ...(body !== undefined && { 'content-type': type }),
          ...headers,
        },
      },
      body,
    })
  const made: JournalPeople['made'] = async (path, body, who = 'author') =>
    (await ask(who, 'POST', path, { body: JSON.stringify(body) })).json as { id: string }
  const { id: entry } = await made('/api/v1/entries', { title: 'A day', body: 'It rained.', tags: ['mine'] })
  const below = `/api/v1/entries/${entry}`
  const { id: comment } = await made(`${below}/comments`, { body: 'And how.' })
  const { id: draft } = await made('/api/v1/drafts', { title: 'Not yet', body: 'A secret plan.' })
  const file = await ask('author', 'POST', `${below}/attachments`, UPLOAD)
  const { id: attachment } = file.json as { id: string }
  return {
    app,
    account,
    ask,
    made,
    ids: { entry, comment, attachment, draft },
    stored: async () =>
      (
        await admin.query(`select e::text as row from entries e union all select c::text from comments c
          union all select a::text from attachments a union all select d::text from drafts d order by 1`)
      ).rows,
    async stop() {
      await journal.stop()
      await admin.end()
    },
  }
}
