import { join } from 'node:path'
import { loadProject } from '../gate/project.js'
import { EPOCH } from '../gate/templates.js'
import { BASELINE_FILE, writeHar } from '../gate/traffic/har.js'
import { recordBaseline } from '../gate/traffic/record.js'
import { mostlyFailed, onlyRefused } from '../gate/traffic/refused.js'
import { withSession, withTemplates } from '../gate/with-session.js'
import { writeInventory } from '../inventory/lock-file.js'
import { inventoryOf } from '../inventory/look.js'

/** `baseline record` and `inventory --write` of the configuration in a folder; gives what is worth a word. */
export async function recordAll(folder: string): Promise<string[]> {
  const project = await loadProject(folder)
  return withTemplates(project, async (templates) => {
    const exchanges = await recordBaseline(project, templates)
    writeHar(join(folder, BASELINE_FILE), exchanges, EPOCH)
    const traffic = async () => exchanges
    writeInventory(folder, await withSession({ project, templates, traffic }, inventoryOf))
    return [...mostlyFailed(exchanges), ...onlyRefused(exchanges)]
  })
}
