import { join } from 'node:path'
import { loadProject } from '../../proof/gate/project.js'
import { withSession, withTemplates } from '../../proof/gate/run/with-session.js'
import { EPOCH } from '../../proof/gate/templates.js'
import { BASELINE_FILE, writeHar } from '../../proof/gate/traffic/har.js'
import { recordBaseline } from '../../proof/gate/traffic/record.js'
import { warningsOf } from '../../proof/gate/traffic/refused.js'
import { writeInventory } from '../../proof/inventory/lock-file.js'
import { inventoryOf } from '../../proof/inventory/look.js'

/** `baseline record` and `inventory --write` of the configuration in a folder; gives what is worth a word. */
export async function recordAll(folder: string): Promise<string[]> {
  const project = await loadProject(folder)
  return withTemplates(project, async (templates) => {
    const exchanges = await recordBaseline(project, templates)
    writeHar(join(folder, BASELINE_FILE), exchanges, EPOCH)
    const traffic = async () => exchanges
    writeInventory(folder, await withSession({ project, templates, traffic }, inventoryOf))
    return warningsOf(exchanges)
  })
}
