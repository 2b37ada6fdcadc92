import { found } from '../errors.js'
import { routerWithIds } from '../ids.js'
import { draftInput } from '../input.js'
import { addDraft, changeDraft, findDraft, findDrafts, publishDraft, removeDraft } from '../store/drafts.js'

const drafts = routerWithIds()

drafts.get('/', async (_req, res) => {
  res.render('drafts', { drafts: await findDrafts() })
})

drafts.get('/new', (_req, res) => {
  res.render('draft-form', { draft: { title: '', body: '' } })
})

drafts.post('/', async (req, res) => {
  const { id } = await addDraft(draftInput.parse(req.body))
  res.redirect(303, `/drafts/${id}`)
})

drafts.get('/:id', async (req, res) => {
  res.render('draft-form', { draft: found(await findDraft(req.params.id)) })
})

drafts.post('/:id', async (req, res) => {
  const { id } = found(await changeDraft(req.params.id, draftInput.parse(req.body)))
  res.redirect(303, `/drafts/${id}`)
})

drafts.post('/:id/publish', async (req, res) => {
  const { id } = found(await publishDraft(req.params.id))
  res.redirect(303, `/entries/${id}`)
})

drafts.post('/:id/delete', async (req, res) => {
  found(await removeDraft(req.params.id))
  res.redirect(303, '/drafts')
})

export default drafts
