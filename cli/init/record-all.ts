import { join } from 'node:path'
import { statementsCheck } from '../../proof/checks/6-isolation/statements/statements.js'
import { loadProject } from '../../proof/gate/project.js'
import { withSession, withTemplates } from '../../proof/gate/run/with-session.js'
import type { GateSession } from '../../proof/gate/session.js'
import { EPOCH } from '../../proof/gate/templates.js'
import { BASELINE_FILE, writeHar } from '../../proof/gate/traffic/har.js'
import { recordBaseline } from '../../proof/gate/traffic/record.js'
import { warningsOf } from '../../proof/gate/traffic/refused.js'
import { writeInventory } from '../../proof/inventory/lock-file.js'
import { inventoryOf } from '../../proof/inventory/look.js'
import { OwnershipError } from '../../src/phases/6-isolation/schema/step.js'

/**
 * `baseline record` and `inventory --write` of the configuration in a folder; gives what is worth a word, and the
 * statements that `migrate up` would break.
 */
export async function recordAll(folder: string, say: (line: string) => void): Promise<string[]> {
  const project = await loadProject(folder)
  return withTemplates(project, async (templates) => {
    const exchanges = await recordBaseline(project, templates)
    writeHar(join(folder, BASELINE_FILE), exchanges, EPOCH)
    const traffic = async () => exchanges
    writeInventory(folder, await withSession({ project, templates, traffic }, inventoryOf))
    say('tries every statement on the schema to come')
    const broken = await withSession({ project, templates, traffic }, brokenStatements)
    return [...warningsOf(exchanges), ...broken]
  })
}

/** The gate of phase 6 tries them again, and is NO-GO for what could not be tried. */
async function brokenStatements(session: GateSession): Promise<string[]> {
  try {
    return (await statementsCheck.run(session)).problems.map(({ what }) => what)
  } catch (error) {
    if (error instanceof OwnershipError)
      return error.problems.map((problem) => `usertwo migrate up would stop: ${problem}`)
    return [`the statements were not tried on the schema to come: ${(error as Error).message.split('\n')[0]}`]
  }
}
