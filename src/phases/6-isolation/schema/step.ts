import { createHash } from 'node:crypto'

/** PostgreSQL cuts longer names silently. */
const LONGEST_NAME = 63

/** One change of the schema that the catalog lacks. */
export interface Step {
  /** expand: old code does not notice; enforce: who reaches whose rows; contract: old code may fail (raises the floor) */
  kind: 'expand' | 'enforce' | 'contract'
  /** What it is for, unique within a plan: `threads: owner column user_id`. */
  name: string
  /** The SQL as it runs. With `batches`, `$1` and `$2` are the row places (tid) between which it works. */
  sql: string
  /** The strongest table lock it takes, and for how long. */
  lock: string
  risk: string
  /** False: runs outside a transaction (concurrent indexes, batches that commit each). */
  transactional: boolean
  /** The table a batched update walks through, quoted. */
  batches?: string
}

/** What stops a plan: every problem at once, each with what to do. */
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

/** How the names begin that the toolkit gives to something of the app's. */
export const NAME_PREFIX = 'usertwo_'

/** A name of ours for something of the app's: begins with `usertwo_`, and ends in a hash where it would be cut. */
export function ownName(...parts: string[]): string {
  const name = `${NAME_PREFIX}${parts.join('_')}`
  if (fitsName(name)) return name
  const hash = shortHash(name)
  let start = name
  while (!fitsName(`${start}_${hash}`)) start = start.slice(0, -1)
  return `${start}_${hash}`
}

/** Tells names apart that cannot be written out. */
export const shortHash = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 8)

export function fitsName(name: string): boolean {
  return Buffer.byteLength(name) <= LONGEST_NAME
}
