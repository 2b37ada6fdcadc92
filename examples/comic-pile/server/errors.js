import { reportIssue } from './issues.js'
import { log, requestFields } from './logging.js'

export class HttpError extends Error {
  constructor(status, detail) {
    super(detail)
    this.status = status
    this.detail = detail
  }
}

export class ValidationError extends Error {
  constructor(errors) {
    super('Validation failed')
    this.errors = errors
  }
}

// Express 4 does not wait for promises: a rejection has to be handed to next(). By the time the error
// handler runs the path parameters are gone, so they are kept for the issue report.
export const handle = (work) => (req, res, next) =>
  Promise.resolve(work(req, res, next)).catch((err) => {
    req.failedParams = req.params
    next(err)
  })

export function notFound(_req, res) {
  res.status(404).json({ detail: 'Not Found' })
}

function answerInvalid(req, res, errors, body) {
  log.warning(`Validation failed for ${req.method} ${req.originalUrl}:`, { errors, body })
  res.status(422).json({ detail: 'Validation failed', errors, body })
}

export function errorHandler(err, req, res, next) {
  if (res.headersSent) return next(err)
  if (err instanceof ValidationError) return answerInvalid(req, res, err.errors, req.body)
  if (err instanceof HttpError) return res.status(err.status).json({ detail: err.detail })
  if (err.type === 'entity.parse.failed') {
    return answerInvalid(req, res, [{ field: 'body', message: err.message, type: 'json_invalid' }], err.body)
  }
  if (err.name === 'MulterError') {
    return answerInvalid(
      req,
      res,
      [{ field: `body.${err.field}`, message: err.message, type: err.code }],
      req.body,
    )
  }
  if (err.status >= 400 && err.status < 500) return res.status(err.status).json({ detail: err.message })

  log.error('Unhandled exception:', { ...requestFields(req), error: err.message, trace: err.stack })
  reportIssue(err, req)
  res.status(500).json({ detail: 'Internal server error' })
}
