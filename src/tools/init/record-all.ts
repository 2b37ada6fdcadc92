import { join } from 'node:path'
import { loadProject } from '../gate/project.js'
import { openSession } from '../gate/session.js'
import { EPOCH, openTemplates } from '../gate/templates.js'
import { BASELINE_FILE, writeHar } from '../gate/traffic/har.js'
import { recordBaseline } from '../gate/traffic/record.js'
import { onlyRefused } from '../gate/traffic/refused.js'
import { writeInventory } from '../inventory/lock-file.js'
import { inventoryOf } from '../inventory/look.js'

/** `baseline record` and `inventory --write` of the configuration in a folder; gives what is worth a word. */
export async function recordAll(folder: string): Promise<string[]> {
  const project = await loadProject(folder)
  const templates = await openTemplates(project)
  try {
    const exchanges = await recordBaseline(project, templates)
    writeHar(join(folder, BASELINE_FILE), exchanges, EPOCH)
    const session = await openSession({
      project,
      templates,
      phase: 1,
      signal: new AbortController().signal,
      traffic: async () => exchanges,
    })
    writeInventory(folder, await inventoryOf(session).finally(session.close))
    return onlyRefused(exchanges)
  } finally {
    await templates.stop()
  }
}
