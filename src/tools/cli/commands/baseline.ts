import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadProject } from '../../gate/project.js'
import { EPOCH, openTemplates } from '../../gate/templates.js'
import { BASELINE_FILE, writeHar } from '../../gate/traffic/har.js'
import { recordBaseline } from '../../gate/traffic/record.js'
import { onlyRefused } from '../../gate/traffic/refused.js'
import { type Command, EXIT, UsageError } from '../command.js'

export const baseline: Command = {
  name: 'baseline',
  usage: 'baseline record [--config FILE]',
  about: 'records how the app answers its owner today, as a HAR file that every later gate replays',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { config: { type: 'string' } },
    })
    if (positionals[0] !== 'record') throw new UsageError('baseline: say `baseline record`')
    const project = await loadProject(values.config)
    const templates = await openTemplates(project)
    try {
      const exchanges = await recordBaseline(project, templates)
      const file = join(project.folder, BASELINE_FILE)
      writeHar(file, exchanges, EPOCH)
      const routes = new Set(exchanges.map((exchange) => exchange.route).filter(Boolean))
      console.log(`${exchanges.length} requests over ${routes.size} routes recorded in ${BASELINE_FILE}`)
      for (const line of onlyRefused(exchanges)) console.log(line)
      return EXIT.go
    } finally {
      await templates.stop()
    }
  },
}
