import { Router } from 'express'
import attachments from './attachments.js'
import auth from './auth.js'
import comments from './comments.js'
import drafts from './drafts.js'
import entries from './entries.js'

const api = Router()

api.use('/auth', auth)
api.use('/v1/entries', entries)
api.use('/v1/comments', comments)
api.use('/v1/attachments', attachments)
api.use('/v1/drafts', drafts)

export default api
