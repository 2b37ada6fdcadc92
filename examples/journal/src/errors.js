import { MulterError } from 'multer'
import { ZodError } from 'zod'

export class HttpError extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/** What was looked for, or 404. */
export function found(row) {
  if (!row) throw new HttpError(404, 'There is nothing here.')
  return row
}

export function notFound(_req, _res, next) {
  next(new HttpError(404, 'There is nothing here.'))
}

/** Problems by field, for an answer or beside a form. */
export const problemsOf = ({ issues }) =>
  issues.map(({ path, message }) => ({ field: path.join('.'), message }))

function answerTo(error) {
  if (error instanceof ZodError)
    return { status: 422, error: 'That is not valid.', problems: problemsOf(error) }
  if (error instanceof MulterError) return { status: 413, error: `${error.message}.` }
  if (error.status >= 400 && error.status < 500) return { status: error.status, error: error.message }
  console.error(error)
  return { status: 500, error: 'Something went wrong.' }
}

// Express knows an error handler by its four parameters.
export function answerError(err, req, res, next) {
  if (res.headersSent) return next(err)
  const { status, ...answer } = answerTo(err)
  res.status(status)
  if (req.originalUrl.startsWith('/api/')) res.json(answer)
  else res.render('error', { status, problems: [], ...answer })
}
