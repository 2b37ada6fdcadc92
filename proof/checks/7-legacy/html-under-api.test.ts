import { expect, test } from 'vitest'
import { htmlAmong } from './html-under-api.js'

const html = { 'content-type': 'text/html; charset=utf-8' }
const page = (status: number, body: string) => ({ status, headers: html, body })
const found = (answers: Record<string, ReturnType<typeof page>>, unknown = page(404, '{}')) =>
  [
    ...htmlAmong(
      Object.entries(answers).map(([name, answer]) => ({ name, answer })),
      unknown,
    ),
  ].map(([name, how]) => `${name}: ${how}`)

test('finds fragments and pages, including those of a POST and of an error that the route sends itself', () => {
  expect(
    found({
      'GET /api/list': page(200, '<li>one</li>'),
      'POST /api/roll': page(500, '<div class="dice">no dice</div>'),
      'GET /api/json': { ...page(200, '{"html":"<p>"}'), headers: { 'content-type': 'application/json' } },
      'GET /api/ok': page(200, 'ok'),
    }),
  ).toEqual(['GET /api/list: 200, asked without anything', 'POST /api/roll: 500, asked without anything'])
})

test('ignores the error pages of Express and of the app', () => {
  const express =
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>Error</title>\n</head><body>\n<pre>TypeError</pre>'
  const own = (words: string) => `<h1>Sorry</h1><p class="why">${words}</p>`
  expect(found({ 'POST /api/a': page(500, express) })).toEqual([])
  expect(found({ 'POST /api/a': page(400, own('no title')) }, page(404, own('not found')))).toEqual([])
  expect(found({ 'POST /api/a': page(400, own('no title')), 'PUT /api/b': page(500, own('no id')) })).toEqual(
    [],
  )
})
