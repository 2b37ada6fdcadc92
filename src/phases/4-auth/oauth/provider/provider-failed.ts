/** Why a login by a provider failed: `away`: it did not answer in time; `refused`: what it answered is not accepted. */
export type FailureKind = 'away' | 'refused'

const CODE = /^[A-Za-z_]{1,60}$/

/**
 * A login by a provider failed. Holds words of the library's own alone: its errors carry the whole answer, with codes and
 * tokens in it.
 */
export class ProviderFailed extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly reason: string,
  ) {
    super(`a login by a provider failed: ${reason}`)
    this.name = 'ProviderFailed'
  }
}

const AWAY = /^(?:TimeoutError|AbortError)$/

/** The same of whatever was thrown. */
export function asProviderFailed(error: unknown): ProviderFailed {
  if (error instanceof ProviderFailed) return error
  const { name, code, error: said, cause } = (error ?? {}) as Record<string, unknown>
  const inner = (cause ?? {}) as Record<string, unknown>
  const words = [said, code, inner.code, name].filter(
    (word): word is string => typeof word === 'string' && CODE.test(word),
  )
  const isAway =
    error instanceof TypeError ||
    [name, inner.name].some((word) => AWAY.test(String(word))) ||
    code === 'OAUTH_TIMEOUT' ||
    code === 'OAUTH_RESPONSE_IS_NOT_CONFORM'
  return new ProviderFailed(isAway ? 'away' : 'refused', words[0] ?? 'unknown')
}
