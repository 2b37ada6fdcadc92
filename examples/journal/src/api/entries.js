import { found } from '../errors.js'
import { routerWithIds } from '../ids.js'
import { commentInput, entryInput, searchInput } from '../input.js'
import { addAttachment, findAttachments } from '../store/attachments.js'
import { addComment, findComments } from '../store/comments.js'
import { addEntry, changeEntry, findEntries, findEntry, removeEntry } from '../store/entries.js'
import { findStats } from '../store/stats.js'
import { withFile } from '../upload.js'

const entries = routerWithIds()

entries.get('/', async (req, res) => {
  res.json(await findEntries(searchInput.parse(req.query)))
})

entries.get('/stats', async (_req, res) => {
  res.json(await findStats())
})

entries.post('/', async (req, res) => {
  const entry = await addEntry(entryInput.parse(req.body))
  res.status(201).location(`/api/v1/entries/${entry.id}`).json(entry)
})

entries.get('/:id', async (req, res) => {
  res.json(found(await findEntry(req.params.id)))
})

entries.put('/:id', async (req, res) => {
  res.json(found(await changeEntry(req.params.id, entryInput.parse(req.body))))
})

entries.delete('/:id', async (req, res) => {
  found(await removeEntry(req.params.id))
  res.status(204).end()
})

entries.get('/:id/comments', async (req, res) => {
  found(await findEntry(req.params.id))
  res.json(await findComments(req.params.id))
})

entries.post('/:id/comments', async (req, res) => {
  res.status(201).json(found(await addComment(req.params.id, commentInput.parse(req.body))))
})

entries.get('/:id/attachments', async (req, res) => {
  found(await findEntry(req.params.id))
  res.json(await findAttachments(req.params.id))
})

entries.post('/:id/attachments', withFile, async (req, res) => {
  res.status(201).json(found(await addAttachment(req.params.id, req.file)))
})

export default entries
