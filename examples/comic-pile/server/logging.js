import { createWriteStream } from 'node:fs'
import { config } from './config.js'

const LEVELS = { debug: 10, info: 20, warning: 30, error: 40 }
const REDACTED_KEYS = ['password', 'secret']
const MAX_BODY = 1000
const file = config.logFile ? createWriteStream(config.logFile, { flags: 'a' }) : null

function write(level, message, fields) {
  if (LEVELS[level] < (LEVELS[config.logLevel] ?? LEVELS.info)) return
  const line = `${new Date().toISOString()} ${level.toUpperCase()} ${message}`
  const text = fields ? `${line} ${JSON.stringify(fields)}` : line
  if (level === 'error') console.error(text)
  else console.log(text)
  file?.write(`${text}\n`)
}

export const log = {
  info: (message, fields) => write('info', message, fields),
  warning: (message, fields) => write('warning', message, fields),
  error: (message, fields) => write('error', message, fields),
}

function loggedBody(req) {
  if (!['POST', 'PUT', 'PATCH'].includes(req.method) || req.body === undefined) return undefined
  const text = JSON.stringify(req.body)
  if (text.length > MAX_BODY) return `<body of ${text.length} characters>`
  const body = { ...req.body }
  for (const key of REDACTED_KEYS) if (key in body) body[key] = '[REDACTED]'
  return body
}

export function requestFields(req) {
  return {
    method: req.method,
    path: req.originalUrl.split('?')[0],
    query: req.originalUrl.split('?')[1] ?? '',
    client: req.socket.remoteAddress,
    user_agent: req.get('user-agent'),
    body: loggedBody(req),
  }
}

// Every answer >= 400 is logged, with what was sent, so that a failing import can be repeated.
export function logErrors(req, res, next) {
  const started = Date.now()
  res.on('finish', () => {
    if (res.statusCode < 400) return
    const fields = { ...requestFields(req), status: res.statusCode, ms: Date.now() - started }
    if (res.statusCode >= 500) log.error('API Server Error:', fields)
    else log.warning('API Client Error:', fields)
  })
  next()
}
