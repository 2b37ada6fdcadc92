import { createHash } from 'node:crypto'

/** PostgreSQL cuts longer names silently. */
const LONGEST_NAME = 63

/** One change of the schema that is still missing. */
export interface Step {
  /**
   * expand: old code is not affected; enforce: changes who reaches which rows; contract: old code may fail
   * (raises the floor)
   */
  kind: 'expand' | 'enforce' | 'contract'
  /** Its purpose, unique within a plan: `threads: owner column user_id`. */
  name: string
  /** The SQL that runs. With `batches`, `$1` and `$2` are the row places (tid) between which it works. */
  sql: string
  /** The strongest table lock it takes, and for how long. */
  lock: string
  risk: string
  /** False: runs outside a transaction (concurrent indexes, batches that commit separately). */
  transactional: boolean
  /** The table a batched update walks through, quoted. */
  batches?: string
}

/** The reasons that stop a plan: every problem at once, each with what to do. */
export class OwnershipError extends Error {
  constructor(
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `Ownership cannot be laid into the schema:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
      options,
    )
    this.name = 'OwnershipError'
  }
}

/** The prefix of usertwo's names for parts of the app's schema. */
export const NAME_PREFIX = 'usertwo_'

/** Returns usertwo's name for a part of the app's schema: `usertwo_…`, with a hash at the end if too long. */
export function ownName(...parts: string[]): string {
  const name = `${NAME_PREFIX}${parts.join('_')}`
  if (fitsName(name)) return name
  const hash = shortHash(name)
  let start = name
  while (!fitsName(`${start}_${hash}`)) start = start.slice(0, -1)
  return `${start}_${hash}`
}

/** Distinguishes names that are too long to be written out. */
export const shortHash = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 8)

export function fitsName(name: string): boolean {
  return Buffer.byteLength(name) <= LONGEST_NAME
}
