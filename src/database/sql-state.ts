/** PostgreSQL's own code of what it refused (`42501`); '' for any other error. Of any copy of pg, old ones too. */
export function sqlState(error: unknown): string {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown }
  return typeof code === 'string' && typeof severity === 'string' ? code : ''
}
