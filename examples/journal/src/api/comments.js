import { found } from '../errors.js'
import { routerWithIds } from '../ids.js'
import { removeComment } from '../store/comments.js'

const comments = routerWithIds()

comments.delete('/:id', async (req, res) => {
  found(await removeComment(req.params.id))
  res.status(204).end()
})

export default comments
