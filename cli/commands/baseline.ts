import { once } from 'node:events'
import { join } from 'node:path'
import { loadProject, type Project } from '../../proof/gate/project.js'
import { withTemplates } from '../../proof/gate/run/with-session.js'
import { EPOCH, type Templates } from '../../proof/gate/templates.js'
import { BASELINE_FILE, writeHar } from '../../proof/gate/traffic/har.js'
import { missingRoutes } from '../../proof/gate/traffic/missing.js'
import { type Day, driven, played, type Recording, recordDay } from '../../proof/gate/traffic/record.js'
import { warningsOf } from '../../proof/gate/traffic/refused.js'
import { requestsOfTests } from '../../proof/own-tests/requests-of-tests.js'
import { readSources } from '../../reading/syntax/sources.js'
import { EXIT, implement } from '../command.js'
import { adoptCommands } from '../declared/adopt.js'
import { during } from '../during.js'
import { bodyFieldsOf } from '../init/reading/body-fields.js'
import { UsageError } from '../usage-error.js'

export const command = implement(adoptCommands.baseline, async ({ values, behind }) => {
  if (behind && values.proxy) throw new UsageError('baseline: give either --proxy or a command behind --')
  const project = await loadProject(values.config)
  const recording = await withTemplates(project, async (templates) => {
    const day = values.proxy
      ? clicked(project.config, values.port ?? 0)
      : await dayOf(project, templates, behind)
    const record = () => recordDay(project, templates, day)
    return values.proxy ? record() : during('recording what the app answers', record)
  })
  writeHar(join(project.folder, BASELINE_FILE), recording.exchanges, EPOCH)
  for (const line of await toldOf(project, recording)) console.log(line)
  return EXIT.go
})

/** What the tests ask comes behind what the drive does, where there is one. */
async function dayOf(
  project: Project,
  templates: Templates,
  command: readonly string[] | null,
): Promise<Day> {
  if (!command) return driven(project)
  const requests = await requestsOfTests(project, templates, command, (chunk) => process.stdout.write(chunk))
  const tests = played(requests, project.config)
  if (!project.config.app.drive) return tests
  const drive = driven(project)
  return {
    async play(stage) {
      await drive.play(stage)
      await tests.play(stage)
    },
  }
}

/** Records what the user does in a browser until they press Enter. */
function clicked(config: Project['config'], port: number): Day {
  return {
    port,
    async play({ url }) {
      console.log(`Use the app at ${url}, on a copy of its data; then press Enter here, or Ctrl-C.`)
      const enough = new AbortController()
      const { signal } = enough
      await Promise.race([
        once(process, 'SIGINT', { signal }),
        once(process, 'SIGTERM', { signal }),
        once(process.stdin.resume(), 'data', { signal }),
      ])
      enough.abort()
      process.stdin.pause()
    },
    again: (sent) => played(sent, config),
  }
}

async function toldOf(project: Project, { exchanges, routes, unnamed }: Recording): Promise<string[]> {
  const reached = new Set(exchanges.map(({ route }) => route).filter(Boolean))
  const { server } = await readSources(project.folder, project.config)
  return [
    `${exchanges.length} requests over ${reached.size} routes recorded in ${BASELINE_FILE}`,
    ...[...unnamed].map(
      ([name, times]) =>
        `left out: ${times} requests with the header ${name}; a replay can send it once app.headers names it`,
    ),
    ...warningsOf(exchanges),
    ...(routes.length
      ? []
      : ['the unrecorded routes are unknown: no Express was found from the app’s folder']),
    ...missingRoutes(routes, exchanges, (route) => bodyFieldsOf(route, server)),
  ]
}
