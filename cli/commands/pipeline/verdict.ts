import { existsSync } from 'node:fs'
import { loadProject } from '../../../proof/gate/project.js'
import { boundNow } from '../../../proof/gate/run/recording.js'
import { phases } from '../../../src/phases/index.js'
import { RECORD_FILE, readRecord, writeRecord } from '../../../src/record/record.js'
import { EXIT, implement } from '../../command.js'
import { checkCommands } from '../../declared/check.js'
import { joinParts, withTimesOf } from '../../gate/parts.js'
import { UsageError } from '../../usage-error.js'

export const command = implement(checkCommands.verdict, async ({ values, words }) => {
  const from = words[0]!
  if (!existsSync(from)) throw new UsageError(`verdict: there is no folder ${from}`)
  const project = await loadProject(values.config)
  const joined = joinParts(from, boundNow(project), values.through)
  if ('problems' in joined) {
    for (const problem of joined.problems) console.log(problem)
    console.log(`NO-GO: ${RECORD_FILE} is not written`)
    return EXIT.noGo
  }
  writeRecord(project.folder, withTimesOf(before(project.folder), joined.record))
  for (const { number, name } of phases.slice(0, values.through)) console.log(`${number} ${name}: GO`)
  console.log(`recorded in ${RECORD_FILE}`)
  return EXIT.go
})

/** The record as it is committed; null: no readable one. */
function before(folder: string) {
  try {
    return readRecord([folder])
  } catch {
    return null
  }
}
