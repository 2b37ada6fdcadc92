// The owner's day over HTTP against BASE_URL: every route, and some mistakes. Ids come from earlier answers.
import { KEYS } from './keys.js'

const base = process.env.BASE_URL

async function call(expected, method, path, json) {
  const headers = json === undefined ? {} : { 'content-type': 'application/json' }
  const body = json === undefined ? undefined : JSON.stringify(json)
  const answer = await fetch(new URL(path, base), { method, headers, body })
  const text = await answer.text()
  if (answer.status !== expected)
    throw new Error(`${method} ${path} answered ${answer.status}, not ${expected}: ${text.slice(0, 500)}`)
  return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
}

const get = (path, expected = 200) => call(expected, 'GET', path)
const post = (path, json, expected = 201) => call(expected, 'POST', path, json)
const put = (path, json, expected = 200) => call(expected, 'PUT', path, json)
const del = (path, expected = 204) => call(expected, 'DELETE', path)
const MISSING = KEYS[process.argv[2] ?? 'numbers'].missing

await get('/health')
await get('/')
const [first, second] = await get('/api/projects')
const notes = await get(`/api/projects/${first.id}/notes`)
await get(`/api/projects/${MISSING}/notes`)
await get(`/api/notes/${notes[0].id}`)
await get(`/api/notes/${notes[0].id}`)
await get(`/api/notes/${MISSING}`, 404)
await get('/api/search?q=part%201')
await get('/api/search?q=%25')

const project = await post('/api/projects', { name: 'Journeys' })
await post('/api/projects', {}, 400)
await put(`/api/projects/${project.id}/position`, { position: 2 })
await put(`/api/projects/${first.id}/position`, { position: 3 })
await put(`/api/projects/${MISSING}/position`, { position: 1 }, 404)
const note = await post('/api/notes', { project_id: project.id, title: 'By train', body: 'Slowly, and far' })
await post('/api/notes', { project_id: MISSING, title: 'Nowhere' }, 400)
await post('/api/notes', { project_id: second.id, title: 'Roof', body: 'Before the winter' })
await put(`/api/notes/${note.id}`, { title: 'By night train', body: 'Slowly, far, and asleep' })
await put(`/api/notes/${MISSING}`, { title: 'Nothing' }, 404)
await post(`/api/notes/${note.id}/tags`, { name: 'travel' }, 200)
await post(`/api/notes/${note.id}/tags`, { name: 'travel' }, 200)
await post(`/api/notes/${MISSING}/tags`, { name: 'travel' }, 404)
await get(`/api/notes/${note.id}`)
await get('/api/search?q=train')

await get('/api/settings')
await put('/api/settings', { page_size: 50, theme: 'dark' })
await put('/api/settings', { page_size: 'many' }, 400)
await get('/api/stats')
await get('/api/export')
await del(`/api/notes/${notes[1].id}`)
await del(`/api/notes/${notes[1].id}`, 404)
await del(`/api/projects/${second.id}`)
await del(`/api/projects/${second.id}`, 404)
await get('/api/projects')
await get('/api/stats')
await get('/')
