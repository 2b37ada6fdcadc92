import { tmpdir } from 'node:os'
import { refusedByServer } from '../src/database/refused.js'
import { NETWORK } from '../src/database/unavailable.js'
import { UsageError } from './usage-error.js'

/** Errors that mean a defect, not wrong input. */
const DEFECTS = new Set(['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError', 'AssertionError'])

/** Returns the message of an error that the user can fix, or null for a defect, whose stack helps. */
export function inWords(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  const { code = '' } = error as { code?: string }
  const said = ofSystem(error) ?? ofDatabase(error, code)
  if (said !== null) return said
  // Any other SQL that PostgreSQL rejects is usertwo's defect.
  if (DEFECTS.has(error.name) || /^(42|XX)/.test(code)) return isUsage(error) ? error.message : null
  return error.message || null
}

/** Returns the message for an error of the operating system: of a file, a program, a port or a connection. */
function ofSystem(error: NodeJS.ErrnoException & { address?: string; port?: number }): string | null {
  const { code = '', syscall = '', path, address, port } = error
  if (NETWORK.test(code)) {
    const at = address ? ` at ${address}:${port}` : ''
    return `the database${at} does not answer (${code}); start it, or name another with DATABASE_URL or --database`
  }
  if (code === 'EADDRINUSE')
    return `port ${port} is in use by another process; stop that one, or choose another port`
  if (code === 'ENOENT' && syscall.startsWith('spawn'))
    return `the command ${path ?? syscall.slice('spawn '.length)} was not found; check its spelling and the PATH`
  const isTemporary = syscall === 'mkdtemp' || path?.startsWith(tmpdir())
  if (code === 'ENOENT' && isTemporary && syscall === 'mkdtemp')
    return `the folder for temporary files, ${tmpdir()}, does not exist; create it, or set TMPDIR to another one`
  if (code === 'ENOENT' && path) return `${path} does not exist; check the path`
  if (!/^(EACCES|EPERM|EROFS|ENOSPC|EDQUOT)$/.test(code)) return null
  const why = /^(ENOSPC|EDQUOT)$/.test(code)
    ? 'is full'
    : code === 'EROFS'
      ? 'is read-only'
      : 'is not accessible'
  return isTemporary
    ? `the folder for temporary files, ${tmpdir()}, ${why} (${code}); set TMPDIR to another one`
    : `${path ?? 'a file'} ${why} (${code}); make room or change its rights, or choose another path`
}

/** Returns the message for an error of the database. */
function ofDatabase(error: Error, code: string): string | null {
  const refused = refusedByServer(error, 'DATABASE_URL or --database')
  if (refused !== null) return `the database refuses the connection: ${refused}`
  if (code === '42501')
    return `the database refuses: ${error.message}; this takes the login that owns the tables (--database), or an administrator (--admin)`
  if (code === '22P02')
    return `the database refuses a value: ${error.message.split(' - ').at(-1)}; owner.id in usertwo.config.js must have the type of the key of the users table`
  return null
}

/** Returns whether the command line was wrong. */
export function isUsage(error: unknown): boolean {
  return error instanceof UsageError
}
