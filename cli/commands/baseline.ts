import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadProject, type Project } from '../../proof/gate/project.js'
import { withTemplates } from '../../proof/gate/run/with-session.js'
import { EPOCH, type Templates } from '../../proof/gate/templates.js'
import { BASELINE_FILE, writeHar } from '../../proof/gate/traffic/har.js'
import { missingRoutes } from '../../proof/gate/traffic/missing.js'
import { type Day, driven, played, type Recording, recordDay } from '../../proof/gate/traffic/record.js'
import { mostlyFailed, onlyRefused } from '../../proof/gate/traffic/refused.js'
import { requestsOfTests } from '../../proof/own-tests/requests-of-tests.js'
import { readSources } from '../../reading/syntax/sources.js'
import { didYouMean } from '../../src/config/nearest.js'
import { splitRun } from '../../src/run/order.js'
import { type Command, EXIT, UsageError } from '../command.js'
import { bodyFieldsOf } from '../init/reading/body-fields.js'

const OPTIONS = {
  config: { type: 'string' },
  proxy: { type: 'boolean', default: false },
  port: { type: 'string' },
} as const

export const command: Command = {
  name: 'baseline',
  usage: 'baseline record [--config FILE] [--proxy [--port N]] [-- COMMAND …]',
  about:
    'records how the app answers its owner today, as a HAR file that every later gate replays: what app.drive asks, what the app’s own tests (COMMAND) ask, or what somebody clicks (--proxy)',
  async run(args) {
    const asked = splitRun(args)
    const { values, positionals } = parseArgs({
      args: asked ? asked.options : args,
      allowPositionals: true,
      options: OPTIONS,
    })
    if (positionals[0] !== 'record' || positionals.length > 1)
      throw new UsageError(
        `baseline: say \`baseline record\`, with the command of the tests behind --${didYouMean(positionals[0], ['record'], 'baseline ')}`,
      )
    const port = Number(values.port ?? 0)
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new UsageError(`--port ${values.port}: give a port, from 1 to 65535`)
    if (asked && values.proxy) throw new UsageError('give either --proxy or a command behind --')
    const project = await loadProject(values.config)
    const recording = await withTemplates(project, async (templates) => {
      const day = values.proxy ? clicked(port) : await dayOf(project, templates, asked?.command)
      return recordDay(project, templates, day)
    })
    writeHar(join(project.folder, BASELINE_FILE), recording.exchanges, EPOCH)
    for (const line of await toldOf(project, recording)) console.log(line)
    return EXIT.go
  },
}

/** What the tests ask comes behind what the drive does, where there is one. */
async function dayOf(project: Project, templates: Templates, command?: readonly string[]): Promise<Day> {
  if (!command) return driven(project)
  const requests = await requestsOfTests(project, templates, command, (chunk) => process.stdout.write(chunk))
  const tests = played(requests)
  if (!project.config.app.drive) return tests
  const drive = driven(project)
  return {
    async play(stage) {
      await drive.play(stage)
      await tests.play(stage)
    },
  }
}

/** What somebody does in a browser until they say that it is enough. */
function clicked(port: number): Day {
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
    again: played,
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
    ...mostlyFailed(exchanges),
    ...onlyRefused(exchanges),
    ...(routes.length
      ? []
      : ['which routes are not recorded cannot be told: no Express was found from the app’s folder']),
    ...missingRoutes(routes, exchanges, (route) => bodyFieldsOf(route, server)),
  ]
}
