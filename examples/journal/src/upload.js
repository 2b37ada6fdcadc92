import multer from 'multer'
import { config } from './config.js'
import { HttpError } from './errors.js'

// Nothing that a browser would run.
const KINDS = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'text/plain']

const upload = multer({
  storage: multer.memoryStorage(),
  limits: { fileSize: config.maxUpload, files: 1 },
  fileFilter(_req, { mimetype }, done) {
    if (KINDS.includes(mimetype)) done(null, true)
    else done(new HttpError(415, 'Pictures, PDF and plain text can be attached.'))
  },
})

const oneFile = upload.single('file')

/** Reads the one file of a form into `req.file`. */
export const withFile = [
  oneFile,
  (req, _res, next) => next(req.file ? undefined : new HttpError(422, 'Choose a file first.')),
]
