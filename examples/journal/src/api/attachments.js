import { found } from '../errors.js'
import { routerWithIds } from '../ids.js'
import { findAttachment, removeAttachment } from '../store/attachments.js'

const attachments = routerWithIds()

attachments.get('/:id', async (req, res) => {
  const { name, type, content } = found(await findAttachment(req.params.id))
  res.attachment(name).type(type).set('X-Content-Type-Options', 'nosniff').send(content)
})

attachments.delete('/:id', async (req, res) => {
  found(await removeAttachment(req.params.id))
  res.status(204).end()
})

export default attachments
