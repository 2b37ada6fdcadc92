import { parseArgs } from 'node:util'
import { loadProject } from '../../proof/gate/project.js'
import { withTemplates } from '../../proof/gate/run/with-session.js'
import { testAsOwner } from '../../proof/own-tests/test-as-owner.js'
import { phases } from '../../src/phases/index.js'
import { splitRun } from '../../src/run/order.js'
import { type Command, EXIT, UsageError } from '../command.js'

const LAST = phases.at(-1)!.number
const EVERY = phases.map(({ number }) => number)
const CODES = { same: EXIT.go, differs: EXIT.noGo, unreached: EXIT.unknown }
const SAID = { same: 'GO', differs: 'NO-GO', unreached: 'NO-GO: nothing was shown' }

export const command: Command = {
  name: 'test',
  usage: 'test [--config FILE] [--phase N|every] [--dump FILE] [--serve] -- COMMAND …',
  about:
    'runs the app’s own tests as they are, on copies of its database: bare, then under the layers as the owner',
  async run(args) {
    const asked = splitRun(args)
    if (!asked) throw new UsageError('say how the tests are run behind --: usertwo test -- npm test')
    const { values } = parseArgs({
      args: asked.options,
      options: {
        config: { type: 'string' },
        phase: { type: 'string' },
        dump: { type: 'string' },
        serve: { type: 'boolean', default: false },
      },
    })
    const { phase = String(LAST) } = values
    const dials = phase === 'every' ? EVERY : EVERY.filter((number) => String(number) === phase)
    if (!dials.length) throw new UsageError(`--phase ${phase}: give a phase from 1 to ${LAST}, or every`)
    const project = await loadProject(values.config)
    const { command } = asked
    const { serve, dump } = values
    const print = (chunk: string) => process.stdout.write(chunk)
    return withTemplates(
      project,
      async (templates) => {
        let worst: number = EXIT.go
        for await (const { verdict, lines } of testAsOwner(
          { project, templates, command, serve, print },
          dials,
        )) {
          for (const line of [...lines, SAID[verdict]]) console.log(line)
          worst = Math.max(worst, CODES[verdict])
        }
        return worst
      },
      { dump },
    )
  },
}
