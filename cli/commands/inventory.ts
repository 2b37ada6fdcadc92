import { basename, join } from 'node:path'
import { loadProject } from '../../proof/gate/project.js'
import { withSession, withTemplates } from '../../proof/gate/run/with-session.js'
import type { Exchange } from '../../proof/gate/traffic/exchange.js'
import { BASELINE_FILE, readHar } from '../../proof/gate/traffic/har.js'
import { askedIn, type Inventory } from '../../proof/inventory/inventory.js'
import { drift, readInventory, writeInventory } from '../../proof/inventory/lock-file.js'
import { inventoryOf, recorded } from '../../proof/inventory/look.js'
import { inventoryMarkdown } from '../../proof/inventory/markdown.js'
import { INVENTORY_FILE } from '../../src/record/fingerprints.js'
import { EXIT, implement } from '../command.js'
import { adoptCommands } from '../declared/adopt.js'
import { during } from '../during.js'

export const command = implement(adoptCommands.inventory, async ({ values }) => {
  const project = await loadProject(values.config)
  return withTemplates(project, async (templates) => {
    const traffic = async () => readHar(join(project.folder, BASELINE_FILE))
    const found = await during('starting the app and reading it', () =>
      withSession({ project, templates, traffic }, inventoryOf),
    )
    if (values.write) writeInventory(project.folder, found)
    const changes = values.check ? drift(readInventory(project.folder), found) : []
    if (values.json)
      console.log(JSON.stringify(values.check ? { changes, inventory: found } : found, null, 2))
    else if (values.markdown && !values.check) console.log(inventoryMarkdown(basename(project.folder), found))
    else
      for (const line of values.check ? changes : inventorySummary(found, await recorded({ traffic })))
        console.log(line)
    if (values.write && !values.json && !values.markdown) console.log(`written to ${INVENTORY_FILE}`)
    if (values.check && !values.json && changes.length === 0) console.log(`${INVENTORY_FILE} is up to date`)
    return changes.length > 0 ? EXIT.noGo : EXIT.go
  })
})

/** What the terminal shows of an inventory. */
export function inventorySummary(found: Inventory, baseline: readonly Exchange[]): string[] {
  const asked = found.routes.filter(askedIn(baseline))
  const open = found.tables.filter(({ access }) => access === null)
  const kinds = new Set(found.hotSpots.map(({ kind }) => kind))
  return [
    `${found.routes.length} routes, ${asked.length} of them in the baseline`,
    ...found.mounts.map(({ path, folder, at }) =>
      folder === null
        ? `  ${at}  a function answers whatever comes below ${path}`
        : `  ${at}  the files of ${folder} at ${path}`,
    ),
    `${found.tables.length} tables, ${open.length} not classified${open.length ? `: ${open.map(({ name }) => name).join(', ')}` : ''}`,
    `${found.pages.length} pages`,
    `${found.clientCalls.length} calls of the page, ${found.clientCalls.filter(({ route }) => !route).length} to no route of the app`,
    ...[...kinds].flatMap((kind) => {
      const spots = found.hotSpots.filter((spot) => spot.kind === kind)
      return [`${spots.length} × ${kind}`, ...spots.map(({ at, what }) => `  ${at}  ${what}`)]
    }),
    ...found.unread.map(({ file, why }) => `not read: ${file}: ${why}`),
  ]
}
