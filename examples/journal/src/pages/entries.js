import { found, problemsOf } from '../errors.js'
import { routerWithIds } from '../ids.js'
import { entryInput, searchInput } from '../input.js'
import { findAttachments } from '../store/attachments.js'
import { findComments } from '../store/comments.js'
import { addEntry, changeEntry, findEntries, findEntry, removeEntry } from '../store/entries.js'

const entries = routerWithIds()

/** The form again, with what was sent and what is wrong with it. */
function askAgain(res, action, { title = '', body = '', tags = '' }, error) {
  res.status(422).render('entry-form', { action, entry: { title, body, tags }, problems: problemsOf(error) })
}

entries.get('/', async (req, res) => {
  const search = searchInput.parse(req.query)
  res.render('entries', { search, ...(await findEntries(search)) })
})

entries.get('/entries/new', (_req, res) => {
  res.render('entry-form', { action: '/entries', entry: { title: '', body: '', tags: '' }, problems: [] })
})

entries.post('/entries', async (req, res) => {
  const { data, error } = entryInput.safeParse(req.body)
  if (error) return askAgain(res, '/entries', req.body, error)
  const { id } = await addEntry(data)
  res.redirect(303, `/entries/${id}`)
})

entries.get('/entries/:id', async (req, res) => {
  const entry = found(await findEntry(req.params.id))
  const [comments, attachments] = await Promise.all([findComments(entry.id), findAttachments(entry.id)])
  res.render('entry', { entry, comments, attachments })
})

entries.get('/entries/:id/edit', async (req, res) => {
  const entry = found(await findEntry(req.params.id))
  const action = `/entries/${entry.id}`
  res.render('entry-form', { action, entry: { ...entry, tags: entry.tags.join(', ') }, problems: [] })
})

entries.post('/entries/:id', async (req, res) => {
  const { id } = found(await findEntry(req.params.id))
  const { data, error } = entryInput.safeParse(req.body)
  if (error) return askAgain(res, `/entries/${id}`, req.body, error)
  found(await changeEntry(id, data))
  res.redirect(303, `/entries/${id}`)
})

entries.post('/entries/:id/delete', async (req, res) => {
  found(await removeEntry(req.params.id))
  res.redirect(303, '/')
})

export default entries
