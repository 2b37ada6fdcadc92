/** Returns PostgreSQL's error code (`42501`); '' for any other error. Works for any copy of pg, including old ones. */
export function sqlState(error: unknown): string {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown }
  return typeof code === 'string' && typeof severity === 'string' ? code : ''
}
