import { found } from '../errors.js'
import { routerWithIds } from '../ids.js'
import { commentInput } from '../input.js'
import { addAttachment, removeAttachment } from '../store/attachments.js'
import { addComment, removeComment } from '../store/comments.js'
import { withFile } from '../upload.js'

// What hangs on an entry: each form leads back to it.
const below = routerWithIds()

below.post('/entries/:id/comments', async (req, res) => {
  const { entry_id } = found(await addComment(req.params.id, commentInput.parse(req.body)))
  res.redirect(303, `/entries/${entry_id}`)
})

below.post('/comments/:id/delete', async (req, res) => {
  const { entry_id } = found(await removeComment(req.params.id))
  res.redirect(303, `/entries/${entry_id}`)
})

below.post('/entries/:id/attachments', withFile, async (req, res) => {
  const { entry_id } = found(await addAttachment(req.params.id, req.file))
  res.redirect(303, `/entries/${entry_id}`)
})

below.post('/attachments/:id/delete', async (req, res) => {
  const { entry_id } = found(await removeAttachment(req.params.id))
  res.redirect(303, `/entries/${entry_id}`)
})

export default below
