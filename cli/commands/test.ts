import { loadProject } from '../../proof/gate/project.js'
import { withTemplates } from '../../proof/gate/run/with-session.js'
import { testAsOwner } from '../../proof/own-tests/test-as-owner.js'
import { phases } from '../../src/phases/index.js'
import { EXIT, implement } from '../command.js'
import { checkCommands } from '../declared/check.js'

const EVERY = phases.map(({ number }) => number)
const CODES = { same: EXIT.go, differs: EXIT.noGo, unreached: EXIT.unknown }
const SAID = { same: 'GO', differs: 'NO-GO', unreached: 'NO-GO: nothing was shown' }

export const command = implement(checkCommands.test, async ({ values, behind }) => {
  const { phase, serve, dump } = values
  const dials = phase === 'every' ? EVERY : [Number(phase)]
  const project = await loadProject(values.config)
  const print = (chunk: string) => process.stdout.write(chunk)
  return withTemplates(
    project,
    async (templates) => {
      let worst: number = EXIT.go
      for await (const { verdict, lines } of testAsOwner(
        { project, templates, command: behind!, serve, print },
        dials,
      )) {
        for (const line of [...lines, SAID[verdict]]) console.log(line)
        worst = Math.max(worst, CODES[verdict])
      }
      return worst
    },
    { dump },
  )
})
