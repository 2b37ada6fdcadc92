import { setTimeout as sleep } from 'node:timers/promises'
import { deployedWith } from '../../proof/gate/app/app-environment.js'
import { loadProject } from '../../proof/gate/project.js'
import { webAddress } from '../../src/config/addresses.js'
import { didYouMean } from '../../src/config/nearest.js'
import { assertSchema } from '../claimed.js'
import { EXIT, implement } from '../command.js'
import { withDatabase, writableDatabaseUrl } from '../database.js'
import { checkCommands } from '../declared/check.js'
import { untilInterrupted } from '../interrupt.js'
import { ENVIRONMENTS_FILE, noteEnvironment } from '../rollout/environments.js'
import { items } from '../smoke/items/index.js'
import { jsonOf, lineOf, summaryOf, verdictOf } from '../smoke/report.js'
import { givenRow } from '../smoke/row-routes.js'
import { NoDeployment, runSmoke } from '../smoke/smoke.js'
import { UsageError } from '../usage-error.js'

export const command = implement(checkCommands.smoke, async ({ values, words }) => {
  const url = deploymentOf(words[0]!)
  const rows = values.row ?? []
  for (const row of rows)
    if (!givenRow(row))
      throw new UsageError(
        `--row ${row}: expected the request that creates a row, e.g. --row 'POST /api/notes {"text":"x"}'`,
      )
  const only = values.only.split(',').flatMap((id) => id.trim() || [])
  for (const id of only) assertItem(id)
  if (values.record && only.length)
    throw new UsageError('smoke: --record notes a GO of the whole checklist; leave out --only')
  const { config, folder } = await loadProject(values.config)
  const signal = untilInterrupted()
  const tried = await withDatabase(writableDatabaseUrl(values), async (db) => {
    await assertSchema(db, 'links')
    return runSmoke(
      { db, config, folder },
      {
        url,
        wait: values.wait,
        only,
        rows,
        // The default is the value with which the gate runs the app.
        variable: (name) => deployedWith(config, name),
        clock: { now: Date.now, sleep: (ms) => sleep(ms, undefined, { signal }) },
        signal,
        tell: (line) => console.error(line),
      },
      (line) => {
        if (!values.json) for (const text of lineOf(line)) console.log(text)
      },
    )
  }).catch((error: unknown) => {
    if (!(error instanceof NoDeployment)) throw error
    console.error(error.message)
    return null
  })
  if (tried === null) return EXIT.unknown
  const { lines, mode } = tried
  console.log(values.json ? JSON.stringify(jsonOf(url, lines), null, 2) : summaryOf(url, lines))
  if (values.record && verdictOf(lines) === 'GO') {
    const { dial } = noteEnvironment(folder, values.record, { url, mode, at: new Date() })
    console.error(`${values.record} is GO at ${dial}: noted in ${ENVIRONMENTS_FILE}, to be committed`)
  }
  return { GO: EXIT.go, 'NO-GO': EXIT.noGo, unknown: EXIT.unknown }[verdictOf(lines)]
})

function assertItem(id: string): void {
  const ids = items.map((item) => item.id as string)
  if (!ids.includes(id))
    throw new UsageError(`--only ${id}: there are ${ids.join(', ')}${didYouMean(id, ids)}`)
}

function deploymentOf(given: string): string {
  const address = /^https?:\/\//.test(given) ? webAddress(given) : undefined
  if (address !== undefined) return address
  throw new UsageError(
    `smoke: ${given ?? 'an address is missing'}: the address of a deployment, e.g. usertwo smoke https://staging.example.com`,
  )
}
