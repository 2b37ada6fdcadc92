import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { callsOfTemplates } from './templates.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-templates-'))
afterAll(() => rmSync(folder, { recursive: true }))
const routes = [
  'GET /notes',
  'GET /notes/:id',
  'POST /notes',
  'PUT /notes/:id',
  'DELETE /notes/:id',
  'POST /notes/:id/pin',
].map((one) => {
  const [method = '', path = ''] = one.split(' ')
  return { method, path, at: 'server.js:1' }
})

const EJS = `<% if (notes.length) { %>
<a href="/notes/<%= notes[0].id %>">first</a> <a href="/style.css">x</a>
<% } %>
<form action="/notes/<%= note.id %>?_method=DELETE" method="POST"></form>
<script>
  const all = <%- JSON.stringify(notes) %>
  <% if (pinned) { %>
  fetch('/notes/<%= note.id %>/pin', { method: 'POST' })
  <% } %>
  fetch('/gone')
</script>
<script src="/app.js"></script>`
const HBS = `{{#each notes}}<a href='/notes/{{id}}'>{{{title}}}</a>{{else}}none{{/each}}
<form method=post action=/notes>{{> fields}}</form>`
const PUG = `extends layout
block content
  ul
    each note in notes
      li: a.note(href='/notes/' + note.id) #{note.title}
  form#add(action="/notes"
      method="post")
  form(method='POST', action=\`/notes/\${note.id}?_method=PUT\`)
  script.
    $.get('/notes/#{note.id}')
  p end`

it.each([
  ['views/all.ejs', EJS, ['GET /notes/:id 2', 'DELETE /notes/:id 4', 'POST /notes/:id/pin 8', 'GET null 10']],
  ['views/all.hbs', HBS, ['GET /notes/:id 1', 'POST /notes 2']],
  ['views/all.pug', PUG, ['GET /notes/:id 5', 'POST /notes 6', 'PUT /notes/:id 8', 'GET /notes/:id 10']],
])('%s: links, forms and scripts, with their lines', async (file, text, wanted) => {
  rmSync(join(folder, 'views'), { recursive: true, force: true })
  mkdirSync(join(folder, 'views'))
  writeFileSync(join(folder, file), text)
  const calls = await callsOfTemplates(folder, routes)
  const said = calls.map(({ method, route, at }) => {
    expect(at.replace(/:\d+$/, '')).toBe(file)
    return `${method} ${route?.split(' ')[1] ?? null} ${at.split(':')[1]}`
  })
  expect(said.sort()).toEqual(wanted.sort())
})
