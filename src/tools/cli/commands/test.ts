import { parseArgs } from 'node:util'
import { phases } from '../../../phases/index.js'
import { splitRun } from '../../../run/order.js'
import { loadProject } from '../../gate/project.js'
import { withTemplates } from '../../gate/with-session.js'
import { testAsOwner } from '../../own-tests/test-as-owner.js'
import { type Command, EXIT, UsageError } from '../command.js'

const LAST = phases.at(-1)!.number
const CODES = { same: EXIT.go, differs: EXIT.noGo, unreached: EXIT.unknown }

export const test: Command = {
  name: 'test',
  usage: 'test [--config FILE] [--phase N] [--dump FILE] [--serve] -- COMMAND …',
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
    const dial = Number(values.phase ?? LAST)
    if (!Number.isInteger(dial) || dial < 1 || dial > LAST)
      throw new UsageError(`--phase ${values.phase}: give a phase from 1 to ${LAST}`)
    const project = await loadProject(values.config)
    const { verdict, lines } = await withTemplates(
      project,
      (templates) =>
        testAsOwner({
          project,
          templates,
          command: asked.command,
          dial,
          serve: values.serve,
          print: (chunk) => process.stdout.write(chunk),
        }),
      { dump: values.dump },
    )
    for (const line of lines) console.log(line)
    console.log({ same: 'GO', differs: 'NO-GO', unreached: 'NO-GO: nothing was shown' }[verdict])
    return CODES[verdict]
  },
}
