/** A refused call of the client, with the message and code of docs/errors.md. */
export class ClientError extends Error {
  override name = 'ClientError'

  constructor(
    message: string,
    readonly code: string,
    readonly status: number,
    /** seconds until another attempt makes sense, if the server says so */
    readonly retryAfter: number | null = null,
    /** what was wrong, by field */
    readonly errors: unknown = null,
  ) {
    super(message)
  }
}

interface Body {
  code?: string
  detail?: string
  title?: string
  errors?: unknown
}

/** The body of a refusal by the toolkit; null for every other answer. The answer can still be read. */
export async function problemOf(answer: Response): Promise<Body | null> {
  if (!/^application\/problem\+json/i.test(answer.headers.get('Content-Type') ?? '')) return null
  return (await answer
    .clone()
    .json()
    .catch(() => null)) as Body | null
}

export async function errorOf(answer: Response): Promise<ClientError> {
  const problem = (await problemOf(answer)) ?? {}
  const { status } = answer
  const seconds = Number.parseInt(answer.headers.get('Retry-After') ?? '', 10)
  return new ClientError(
    problem.detail ?? problem.title ?? `The server answered ${status}.`,
    problem.code ?? (status >= 500 ? 'unavailable' : 'unknown'),
    status,
    Number.isNaN(seconds) ? null : seconds,
    problem.errors ?? null,
  )
}
