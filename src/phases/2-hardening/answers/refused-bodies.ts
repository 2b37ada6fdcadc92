import type { ServerResponse } from 'node:http'

const statuses = new WeakMap<ServerResponse, number>()

/** The error types of Express's body parsers: the client's own fault, with a status of 4xx. */
const TYPES = /^(?:entity|encoding|charset|request|parameters|querystring)\./
/** zlib's errors, which have no type: the body was not compressed as declared. */
const UNPACKING = /^(?:Z_|ERR__)/

/** Remembers that a parser refused the body, because many apps answer every error with 500. */
export function noteRefusedBody(error: unknown, res: ServerResponse): void {
  if (isRefusedBody(error)) statuses.set(res, error.status)
}

/** Whether a parser refused the body. The error contains what was sent. */
export function isRefusedBody(error: unknown): error is { status: number } {
  const { type, code, status, expose } = (error ?? {}) as Record<string, unknown>
  const isOfParser = TYPES.test(String(type)) || UNPACKING.test(String(code))
  return isOfParser && expose === true && typeof status === 'number' && status >= 400 && status < 500
}

/** Returns the right status if the app answers 500 to a body that a parser refused. */
export function statusOf(res: ServerResponse): number {
  return res.statusCode === 500 ? (statuses.get(res) ?? 500) : res.statusCode
}
