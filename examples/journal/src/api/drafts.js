import { found } from '../errors.js'
import { routerWithIds } from '../ids.js'
import { draftInput } from '../input.js'
import { addDraft, changeDraft, findDraft, findDrafts, publishDraft, removeDraft } from '../store/drafts.js'

const drafts = routerWithIds()

drafts.get('/', async (_req, res) => {
  res.json(await findDrafts())
})

drafts.post('/', async (req, res) => {
  const draft = await addDraft(draftInput.parse(req.body))
  res.status(201).location(`/api/v1/drafts/${draft.id}`).json(draft)
})

drafts.get('/:id', async (req, res) => {
  res.json(found(await findDraft(req.params.id)))
})

drafts.put('/:id', async (req, res) => {
  res.json(found(await changeDraft(req.params.id, draftInput.parse(req.body))))
})

drafts.delete('/:id', async (req, res) => {
  found(await removeDraft(req.params.id))
  res.status(204).end()
})

drafts.post('/:id/publish', async (req, res) => {
  const entry = found(await publishDraft(req.params.id))
  res.status(201).location(`/api/v1/entries/${entry.id}`).json(entry)
})

export default drafts
