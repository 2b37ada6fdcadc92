import type { Corpus, CorpusColumn } from '../../proof/attack/synthesised/corpus.js'
import type { Exchange } from '../../proof/gate/traffic/exchange.js'

const column = (name: string, type: string, more: Partial<CorpusColumn> = {}): CorpusColumn => ({
  name,
  type,
  key: false,
  references: null,
  ...more,
})

/** Shelves with books on them, and reviews of books, for tests of requests made up. */
export function bookCorpus(...recorded: Exchange[]): Corpus {
  const id = column('id', 'integer', { key: true })
  return {
    recorded,
    tables: [
      {
        name: 'shelves',
        owner: 'user_id',
        columns: [id, column('slug', 'text'), column('user_id', 'integer')],
        rows: [{ id: 7, slug: 'top', user_id: 1 }],
      },
      {
        name: 'books',
        owner: 'user_id',
        columns: [
          id,
          column('shelf_id', 'integer', { references: 'shelves' }),
          column('title', 'text'),
          column('pages', 'integer'),
          column('user_id', 'integer'),
          column('created_at', 'timestamp'),
        ],
        rows: [
          { id: 31, shelf_id: 9, title: 'Emma', pages: 400, user_id: 1, created_at: new Date(0) },
          { id: 30, shelf_id: 8, title: 'Ulysses', pages: 700, user_id: 1, created_at: new Date(0) },
        ],
      },
    ],
  }
}

/** A recorded request with a 2xx answer. */
export function exchange(route: string, path: string, body?: object): Exchange {
  const request = body
    ? { contentType: 'application/json', body: JSON.stringify(body) }
    : { contentType: null, body: null }
  const method = route.split(' ')[0]!
  return { method, path, route, request, response: { status: 200, contentType: null, body: '' } }
}
