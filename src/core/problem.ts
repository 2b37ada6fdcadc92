import type { IncomingMessage, ServerResponse } from 'node:http'

/** Every refusal of usertwo by its stable code: status and a title for people. RFC 9457; docs/errors.md. */
export const problems = {
  invalid_request: { status: 400, title: 'The request is not valid.' },
  authentication_required: { status: 401, title: 'Please log in.' },
  invalid_credentials: { status: 401, title: 'E-mail or password is wrong.' },
  registration_closed: { status: 403, title: 'Registration is closed.' },
  reauth_required: { status: 403, title: 'Please give your password again.' },
  factor_required: { status: 403, title: 'Please confirm this with your second factor.' },
  csrf_failed: { status: 403, title: 'This request did not come from the page it claims to.' },
  email_not_verified: { status: 403, title: 'Please confirm your e-mail address first.' },
  forbidden: { status: 403, title: 'You may not do this.' },
  not_found: { status: 404, title: 'There is nothing here.' },
  method_not_allowed: { status: 405, title: 'This method is not supported.' },
  user_changed: { status: 409, title: 'Another user is logged in here now.' },
  taken: { status: 409, title: 'Another user has this value.' },
  already_exists: { status: 409, title: 'This exists already.' },
  gone: { status: 410, title: 'This page is gone.' },
  payload_too_large: { status: 413, title: 'The request is too large.' },
  unsupported_media_type: { status: 415, title: 'Send JSON, with Content-Type: application/json.' },
  unknown_host: { status: 421, title: 'This app does not answer to that name.' },
  rate_limited: { status: 429, title: 'Too many attempts. Please wait.' },
  internal_error: { status: 500, title: 'Something went wrong.' },
  foreign_row_in_answer: { status: 500, title: 'This answer was withheld.' },
  unavailable: { status: 503, title: 'Not available right now. Please try again.' },
} as const

export type ProblemCode = keyof typeof problems

/** How many seconds to wait for what is temporarily unavailable, if nothing better is known. */
const SOON = { 'Retry-After': '5' }

/** A refusal on its way out. `detail` is for people: never SQL, stacks, secrets or what was sent. */
export class Problem extends Error {
  readonly status: number
  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    /** extra members of the answer, such as `errors: [{ field, message }]` */
    readonly members: Record<string, unknown> = {},
    readonly headers: Record<string, string> = code === 'unavailable' ? SOON : {},
  ) {
    super(detail ?? problems[code].title)
    this.name = 'Problem'
    this.status = problems[code].status
  }
}

/** Answers with `application/problem+json`, unless the answer has started. */
export function sendProblem(_req: IncomingMessage, res: ServerResponse, problem: Problem): void {
  if (res.headersSent) return
  const text = problemText(problem)
  const headers = {
    'Cache-Control': 'no-store',
    ...problem.headers,
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  }
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  res.statusCode = problem.status
  res.end(text)
}

/** The body of such an answer. */
export function problemText({ code, status, detail, members }: Problem): string {
  const { title } = problems[code]
  return JSON.stringify({ type: 'about:blank', status, title, code, ...(detail && { detail }), ...members })
}
