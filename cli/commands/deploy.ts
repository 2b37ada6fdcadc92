import { loadProject } from '../../proof/gate/project.js'
import { EXIT, implement } from '../command.js'
import { rolloutCommands } from '../declared/rollout.js'
import { appFacts } from '../deploy/app-facts.js'
import { compared, PLATFORMS, type Platform, type RecipeFile, recipe } from '../deploy/recipes.js'
import { writeFiles } from '../init/files/planned.js'
import { UsageError } from '../usage-error.js'

export const command = implement(rolloutCommands.deploy, async ({ values, words }) => {
  const platform = platformOf(words[0]!)
  const { config, folder, name } = await loadProject(values.config)
  const files = compared(folder, recipe(platform, appFacts(folder, name, config)))
  const missing = files.filter(({ state }) => state === 'missing')
  if (!values.check) writeFiles(folder, missing)
  const states = files.map(({ file, state }) => ({ file, state: shown(state, values.check) }))
  if (values.json) console.log(JSON.stringify({ platform, files: states }, null, 2))
  else {
    for (const { file, state } of states) console.log(`${`${state}:`.padEnd(9)} ${file}`)
    if (files.some(({ state }) => state === 'other')) console.log(KEPT)
    if (!values.check) console.log('Next: docs/how-to/deploy.md has the variables that it needs')
  }
  return values.check && files.some(({ state }) => state !== 'same') ? EXIT.noGo : EXIT.go
})

const KEPT =
  'A file that was there is kept. Remove it, or move it away, and run the command again to see what it writes.'

function platformOf(given: string): Platform {
  const found = PLATFORMS.find((name) => name === given)
  if (found) return found
  throw new UsageError(`deploy init: ${given} is not a platform; allowed: ${PLATFORMS.join(', ')}`)
}

function shown(state: RecipeFile['state'], isCheck: boolean): string {
  if (isCheck) return { same: 'same', other: 'differs', missing: 'missing' }[state]
  return { same: 'same', other: 'kept', missing: 'written' }[state]
}
