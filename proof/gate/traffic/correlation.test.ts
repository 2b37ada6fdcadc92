import { describe, expect, it } from 'vitest'
import { Correlation } from './correlation.js'
import { ordered } from './volatile.js'

const answer = (body: unknown) => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify(body),
})
const asking = (path: string, route: string) => ({
  method: 'GET',
  path,
  route,
  request: { contentType: null, body: null },
})

describe('ids of a recording in a replay', () => {
  it('follow a row with another number: in the next path, and in the next answer', () => {
    const rows = new Correlation()
    rows.learn('{"id":21,"title":"x"}', '{"id":1021,"title":"x"}')
    expect(rows.request(asking('/threads/21', 'GET /threads/:id')).path).toBe('/threads/1021')
    expect(rows.expected(answer({ id: 21, thread_id: 21, rating: 21 })).body).toBe(
      '{"id":1021,"thread_id":1021,"rating":21}',
    )
  })

  it('are not learned from an answer that shows another user’s row', () => {
    const rows = new Correlation()
    rows.learn('[{"id":1},{"id":2}]', '[{"id":1000001},{"id":1000002}]', new Set(['1000001', '1000002']))
    expect(rows.request(asking('/threads/1', 'GET /threads/:id')).path).toBe('/threads/1')
  })

  it('keep their meaning once they are known: another row is a deviation', () => {
    const rows = new Correlation()
    rows.learn('[{"id":4},{"id":5}]', '[{"id":4},{"id":5}]')
    rows.learn('{"thread_id":4}', '{"thread_id":5}')
    expect(rows.expected(answer({ thread_id: 4 })).body).toBe('{"thread_id":4}')
  })

  it('do not follow a mere change of order', () => {
    const rows = new Correlation()
    rows.learn('[{"id":3},{"id":7}]', '[{"id":7},{"id":3}]')
    expect(rows.expected(answer([{ id: 3 }, { id: 7 }])).body).toBe('[{"id":3},{"id":7}]')
  })

  it('follow the rows of an unordered list by their content', () => {
    const rows = new Correlation()
    const places = ['$.[]']
    rows.learn(
      ordered('[{"id":"a1","t":"rain"},{"id":"a2","t":"snow"}]', places),
      ordered('[{"id":"b2","t":"snow"},{"id":"b1","t":"rain"}]', places),
    )
    expect(rows.request(asking('/t/a2', 'GET /t/:id')).path).toBe('/t/b2')
  })

  it('follow a row that only a Location header names, with the host or without', () => {
    const [then, now] = ['1f000000-1111-4222-8333-444444444444', '2f000000-1111-4222-8333-444444444444']
    const made = (location: string) => ({
      status: 201,
      headers: { location },
      body: '',
      json: undefined,
      ms: 1,
    })
    const rows = new Correlation()
    const recorded = {
      status: 201,
      contentType: null,
      body: '',
      location: `http://app.invalid/books/${then}`,
    }
    rows.follow(recorded, made(`http://127.0.0.1:4000/books/${now}`))
    rows.follow({ ...recorded, location: '/books/21' }, made('/books/1021'))
    expect(rows.request(asking(`/books/${then}`, 'GET /books/:id')).path).toBe(`/books/${now}`)
    expect(rows.request(asking('/books/21', 'GET /books/:id')).path).toBe('/books/1021')
  })

  it('never map two recorded rows to one', () => {
    const rows = new Correlation()
    rows.learn('{"id":1}', '{"id":9}')
    rows.learn('{"id":2}', '{"id":9}')
    expect(rows.request(asking('/t/2', 'GET /t/:id')).path).toBe('/t/2')
  })

  it('leave text other than JSON, and a replay without renamed rows, unchanged', () => {
    const rows = new Correlation()
    rows.learn('{"id": 1}', '{"id": 1}')
    expect(rows.expected({ ...answer(0), body: '{"id": 1}' }).body).toBe('{"id": 1}')
  })
})

describe('ids of a recording that are only in pages', () => {
  const [A, B, C, D] = ['a', 'b', 'c', 'd'].map(
    (digit) => `${digit.repeat(8)}-0000-4000-8000-00000000000f`,
  ) as [string, string, string, string]
  const opened = (rows: Correlation, id: string) =>
    rows.request(asking(`/books/${id}`, 'GET /books/:id')).path
  const learnt = (page: (...ids: string[]) => string, before: string[], now: string[]) => {
    const rows = new Correlation()
    rows.learn(page(...before), page(...now))
    return before.map((id) => opened(rows, id).replace('/books/', ''))
  }

  it.each<[string, (id: string) => string]>([
    ['a link', (id) => `<a href="/books/${id}">x</a>`],
    ['a link without quotes', (id) => `<a class=x href=/books/${id}>x</a>`],
    ['a link below this page', (id) => `<a href='${id}/edit?from=list#top'>x</a>`],
    ['a link by the address of the app', (id) => `<a href="http://app.invalid/books/${id}">x</a>`],
    ['a field of a link', (id) => `<a href="/read?page=1&amp;book_id=${id}">x</a>`],
    ['where a form is sent', (id) => `<form method=post action="/books/${id}/delete"></form>`],
    ['a hidden field', (id) => `<input type="hidden" name="id" value="${id}">`],
    ['an option', (id) => `<select name="book_id"><option value="${id}">x</option></select>`],
    ['data of a script', (id) => `<li data-book-id="${id}">x</li>`],
    ['a picture', (id) => `<img alt="a > b" src="/covers/${id}/small">`],
    ['an address for htmx', (id) => `<button hx-delete="/books/${id}">x</button>`],
    ['a redirect of the browser', (id) => `Found. Redirecting to /books/${id}`],
  ])('are learnt from %s', (_, page) => {
    expect(learnt(page, [A], [C])).toEqual([C])
    expect(learnt(page, ['21'], ['1021'])).toEqual(['1021'])
    expect(learnt(page, ['V1StGXR8_Z5jdHi6B-myT'], ['3fLwq8Tn-B2kXvYc0aZpM'])).toEqual([
      '3fLwq8Tn-B2kXvYc0aZpM',
    ])
  })

  it.each<[string, (id: string) => string]>([
    ['text', (id) => `<p>${id}</p><a href="/books">x</a>`],
    ['a comment', (id) => `<!-- <a href="/books/${id}"> -->`],
    ['a script', (id) => `<script>say('<a href="/books/${id}">')</script>`],
    ['another site', (id) => `<a href="https://example.org/books/${id}">x</a>`],
    ['a field of another name', (id) => `<input name="rating" value="${id}"><a href="/?page=${id}">x</a>`],
  ])('are not learnt from %s', (_, page) => {
    expect(learnt(page, ['21'], ['1021'])).toEqual(['21'])
    expect(learnt(page, [A], [C])).toEqual([A])
  })

  it('are learnt in the order of the page, each with the id that is now in its place', () => {
    const list = (...ids: string[]) => ids.map((id, at) => `<a href="/books/${id}">book ${at}</a>`).join('')
    expect(learnt(list, [A, B], [C, D])).toEqual([C, D])
  })

  it('are not learnt from a page with another structure', () => {
    const rows = new Correlation()
    const link = (id: string) => `<a href="/books/${id}">x</a>`
    rows.learn(link(A) + link(B), link(C))
    rows.learn(link(A), `<a href="/authors/${C}">x</a>`)
    rows.learn(link(A), link('7'))
    rows.learn(link(A), `<p>None</p>`)
    rows.learn(link(A), `{"id":"${C}"}`)
    expect([opened(rows, A), opened(rows, B)]).toEqual([`/books/${A}`, `/books/${B}`])
  })

  it('are not learnt from rows in another order', () => {
    const row = (id: string, title: string) => `<li><a href="/books/${id}">${title}</a> ${id}</li>`
    const rows = new Correlation()
    rows.learn(row(A, 'bees') + row(B, 'bread'), row(C, 'bread') + row(D, 'bees'))
    expect([opened(rows, A), opened(rows, B)]).toEqual([`/books/${A}`, `/books/${B}`])
  })

  it('are not learnt if one id would map to two', () => {
    const forms = (...ids: string[]) => ids.map((id) => `<form action="/books/${id}"></form>`).join('')
    expect(learnt(forms, [A, A], [C, D])).toEqual([A, A])
    expect(learnt(forms, [A, B], [C, C])).toEqual([A, B])
    expect(learnt(forms, [A, A], [C, C])).toEqual([C, C])
  })

  it('are replaced by their present values in the expected page, and nothing else changes', () => {
    const rows = new Correlation()
    const page = (id: string) =>
      `<!doctype html>\n<a\n href='/books/${id}'>Book 21</a><input value=21 name=rating>`
    rows.learn(page('21'), page('1021'))
    expect(rows.expected({ ...answer(0), body: page('21') }).body).toBe(page('1021'))
  })
})
