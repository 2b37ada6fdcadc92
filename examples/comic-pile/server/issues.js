import { config } from './config.js'
import { log } from './logging.js'

const WORTH_AN_ISSUE =
  /OperationalError|timeout|IntegrityError|(unique|foreign key) constraint|deadlock detected|ECONNREFUSED|Connection terminated/i

let total5xx = 0

export const stats = () => ({ total_5xx: total5xx })

export async function reportIssue(err, req) {
  total5xx += 1
  const message = `${err.name}: ${err.message}`
  if (!WORTH_AN_ISSUE.test(message) || !config.issues.url) return
  const issue = {
    title: `[5xx] ${req.method} ${req.path}: ${err.message.slice(0, 80)}`,
    labels: ['bug', 'auto-reported'],
    message,
    trace: err.stack,
    request: {
      url: req.originalUrl,
      headers: req.headers,
      params: req.failedParams ?? req.params,
      body: req.body,
    },
  }
  try {
    const headers = { 'content-type': 'application/json' }
    if (config.issues.token) headers.authorization = `token ${config.issues.token}`
    await fetch(config.issues.url, { method: 'POST', headers, body: JSON.stringify(issue) })
  } catch (failure) {
    log.error('Could not open an issue:', { failure: failure.message, issue })
  }
}
