import express from 'express'
import { KEYS } from './keys.js'

/**
 * A notebook for one person, projects with notes with tags, and nothing about who that is. `store` keeps them: each
 * folder beside this one has one, by a library of its own.
 */
export function createApp(store, keys = KEYS.numbers) {
  // What is no key is the key of nothing.
  const idOf = ({ params: { id } }) => (keys.is(id) ? keys.read(id) : keys.missing)
  const app = express()
  app.use(express.json())

  app.get('/health', (_req, res) => res.json({ ok: true }))
  app.get('/', async (_req, res) => res.send(page(await store.projects())))

  app.get('/api/projects', async (_req, res) => res.json(await store.projects()))
  app.post('/api/projects', async (req, res) => {
    if (!isText(req.body?.name)) return res.status(400).json({ error: 'name is missing' })
    res.status(201).json(await store.addProject(req.body.name))
  })
  app.put('/api/projects/:id/position', async (req, res) => {
    const { position } = req.body ?? {}
    if (!Number.isInteger(position) || position < 1)
      return res.status(400).json({ error: 'position is missing' })
    answer(res, await store.moveProject(idOf(req), position))
  })
  app.delete('/api/projects/:id', async (req, res) => gone(res, await store.removeProject(idOf(req))))
  app.get('/api/projects/:id/notes', async (req, res) => res.json(await store.notesOf(idOf(req))))

  app.post('/api/notes', async (req, res) => {
    const { project_id, title, body = '' } = req.body ?? {}
    if (!keys.is(String(project_id)) || !isText(title))
      return res.status(400).json({ error: 'project_id and title are missing' })
    const note = await store.addNote({ project_id: keys.read(project_id), title, body: String(body) })
    if (!note) return res.status(400).json({ error: 'there is no such project' })
    res.status(201).json(note)
  })
  app.get('/api/notes/:id', async (req, res) => answer(res, await store.readNote(idOf(req))))
  app.put('/api/notes/:id', async (req, res) => {
    const { title, body = '' } = req.body ?? {}
    if (!isText(title)) return res.status(400).json({ error: 'title is missing' })
    answer(res, await store.changeNote(idOf(req), { title, body: String(body) }))
  })
  app.delete('/api/notes/:id', async (req, res) => gone(res, await store.removeNote(idOf(req))))
  app.post('/api/notes/:id/tags', async (req, res) => {
    if (!isText(req.body?.name)) return res.status(400).json({ error: 'name is missing' })
    answer(res, await store.addTag(idOf(req), req.body.name))
  })

  app.get('/api/search', async (req, res) => res.json(await store.search(String(req.query.q ?? ''))))
  app.get('/api/export', async (_req, res) => res.json(await store.everything()))
  app.get('/api/stats', async (_req, res) => res.json(await store.stats()))
  app.get('/api/settings', async (_req, res) => res.json(await store.settings()))
  app.put('/api/settings', async (req, res) => {
    const { page_size, theme } = req.body ?? {}
    if (!Number.isInteger(page_size) || !isText(theme))
      return res.status(400).json({ error: 'page_size and theme are missing' })
    res.json(await store.changeSettings({ page_size, theme }))
  })

  app.use((error, _req, res, _next) => {
    console.error(error)
    res.status(error.status ?? 500).json({ error: 'that did not work' })
  })
  return app
}

const isText = (value) => typeof value === 'string' && value.length > 0 && value.length <= 200

function answer(res, found) {
  if (!found) return res.status(404).json({ error: 'not found' })
  res.json(found)
}

function gone(res, removed) {
  if (!removed) return res.status(404).json({ error: 'not found' })
  res.status(204).end()
}

function page(projects) {
  const lines = projects.map(({ name, notes }) => `<li>${plain(name)}: ${notes} notes</li>`)
  return `<!doctype html><title>Notebook</title><h1>Notebook</h1><ul>${lines.join('')}</ul>`
}

const plain = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
