import { existsSync, statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { check as look } from '../../check/check.js'
import { jsonReport } from '../../check/output/json.js'
import { terminalLines } from '../../check/output/terminal.js'
import { type Command, EXIT, UsageError } from '../command.js'

export const check: Command = {
  name: 'check',
  usage: 'check [FOLDER] [--json]',
  about:
    'reads an Express app and says what is in the way of a second user; runs, installs and edits nothing',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    })
    const [folder = '.', ...rest] = positionals
    if (rest.length) throw new UsageError(`check: ${rest.join(' ')} is too much; it looks at one folder`)
    if (!existsSync(folder) || !statSync(folder).isDirectory())
      throw new UsageError(
        `check: ${folder} is no folder; give that of the app, or the URL of a git repository`,
      )
    const checked = await look(folder)
    const report = { ...checked, next: 'npx usertwo init' }
    if (values.json) console.log(JSON.stringify(jsonReport(report), null, 2))
    else for (const line of terminalLines(report)) console.log(line)
    return checked.facts.home === null ? EXIT.unknown : EXIT.go
  },
}
