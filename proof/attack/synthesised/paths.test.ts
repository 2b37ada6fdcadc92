import { describe, expect, it } from 'vitest'
import { bookCorpus, exchange } from '../../../test/support/corpus.js'
import { pathsFor } from './paths.js'

const first = (path: string) => pathsFor(path, bookCorpus())[0]

describe('a path is made up', () => {
  it.each([
    ['by the segment before the parameter', '/api/books/:id', '/api/books/31'],
    ['by the name of the parameter', '/api/things/:bookId', '/api/things/31'],
    ['by a short form of it', '/undo/:sh/x', '/undo/7/x'],
    ['with a child under its own parent', '/shelves/:id/books/:book_id', '/shelves/9/books/31'],
    ['with a column of that name', '/shelves/:slug', '/shelves/top'],
    ['without the pattern of a parameter', '/books/:id(\\d+)', '/books/31'],
    ['without a parameter as it is', '/api/books/stale', '/api/books/stale'],
    ['with the ending of a file', '/books/:id.json', '/books/31.json'],
    ['with a sign in front of it', '/shelves/@:slug', '/shelves/@top'],
    ['with two parameters in one segment', '/shelves/:slug-:id', '/shelves/top-7'],
    ['with a letter in front of it', '/v:book_id/books', '/v31/books'],
    ['with a pattern and an ending', '/books/:id(\\d+).ics', '/books/31.ics'],
    ['with an ending that may be left out', '/books/:book_id.:format?', '/books/31'],
  ])('%s', (_how, declared, path) => {
    expect(first(declared)).toBe(path)
  })

  it.each([
    ['/(books|shelves)/:id', ['/books/31', '/shelves/7']],
    ['/:kind(books|shelves)', ['/books', '/shelves']],
  ])('with each of the words to choose from: %s', (declared, paths) => {
    expect(pathsFor(declared, bookCorpus())).toEqual(expect.arrayContaining(paths))
  })

  it.each(['/books/:id?', '/books/:id*?', '/books{/:id}'])(
    'with a parameter that may be left out, and without it: %s',
    (declared) => {
      expect(pathsFor(declared, bookCorpus())).toEqual(expect.arrayContaining(['/books/31', '/books']))
    },
  )

  it('with other rows if the first one does not work', () => {
    expect(pathsFor('/books/:id', bookCorpus())).toEqual(expect.arrayContaining(['/books/31', '/books/30']))
  })

  it('with the column of that name of whichever table has one, where nothing else names the table', () => {
    const corpus = bookCorpus()
    const files = corpus.tables[0]!
    const [path, notes] = [...files.columns, ...files.columns]
    const ledger = { ...files, name: 'applied', columns: [path!, notes!], rows: [{ id: 4, slug: 'first' }] }
    const links = {
      ...files,
      name: 'links',
      columns: [...files.columns, { ...notes!, name: 'token' }],
      rows: [{ id: 5, slug: 'third', token: 'secret-5' }],
    }
    const tables = [ledger, ...corpus.tables, links]
    expect(pathsFor('/s/:token', { ...corpus, tables })[0]).toBe('/s/secret-5')
    expect(pathsFor('/shelves/:token', { ...corpus, tables })[0]).toBe('/shelves/7')
    expect(pathsFor('/undo/:pages', { ...corpus, tables })[0]).toBe('/undo/400')
  })

  it('with what was recorded at the same place', () => {
    const corpus = bookCorpus(exchange('GET /odd/:what/list', '/odd/12/list'))
    expect(pathsFor('/odd/:what/more', corpus)).toContain('/odd/12/more')
  })

  it('with what was recorded at the same place, next to the same text', () => {
    const corpus = bookCorpus(exchange('GET /odd/@:what.json', '/odd/@ann.json'))
    expect(pathsFor('/odd/@:what.json', corpus)).toContain('/odd/@ann.json')
  })

  it('not at all for a regular expression', () => {
    expect(pathsFor('/^\\/x\\/(\\d+)$/', bookCorpus())).toEqual([])
  })
})
