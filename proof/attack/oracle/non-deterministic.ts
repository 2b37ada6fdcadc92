import { setTimeout as sleep } from 'node:timers/promises'
import type { GateDatabase, Member } from '../../gate/gate.js'
import { type AttackedTable, changed, fingerprints } from '../fixture/rows.js'

/** How long after the answer a read may change rows. Milliseconds. */
const LATE_MS = 40

/**
 * Returns the paths whose reading changes rows of the reader, as of a bookmarklet or a search that is noted. Other answers show
 * the change, so readings before and after it cannot be compared. The campaign of isolation.foreign-ids attacks these reads.
 */
export async function changingRows(
  { database, tables, reader }: { database: GateDatabase; tables: readonly AttackedTable[]; reader: Member },
  paths: Iterable<string>,
  ask: (path: string) => Promise<unknown>,
): Promise<Set<string>> {
  const found = new Set<string>()
  let before = await fingerprints(database, tables, reader.id)
  for (const path of paths) {
    await ask(path)
    await sleep(LATE_MS)
    const after = await fingerprints(database, tables, reader.id)
    if (changed(before, after).length) found.add(path)
    before = after
  }
  return found
}

/**
 * Returns the paths whose answer to one user changes without a request in between: an app may count reads.
 * They prove nothing about other users. They are best not requested at all, because other answers may show
 * the count.
 */
export async function nonDeterministic(
  paths: Iterable<string>,
  ask: (path: string) => Promise<string>,
): Promise<Set<string>> {
  const found = new Set<string>()
  for (const path of paths) {
    const first = await ask(path)
    if ((await ask(path)) !== first) found.add(path)
  }
  return found
}
