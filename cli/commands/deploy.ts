import { loadProject } from '../../proof/gate/project.js'
import { implement } from '../command.js'
import { rolloutCommands } from '../declared/rollout.js'
import { appFacts } from '../deploy/app-facts.js'
import { PLATFORMS, recipe } from '../deploy/recipes.js'
import { allowedName, writeMissing } from '../deploy/write-missing.js'

export const command = implement(rolloutCommands.deploy, async ({ values, words }) => {
  const platform = allowedName('deploy init', PLATFORMS, words[0]!)
  const { config, folder, name } = await loadProject(values.config)
  const next = 'Next: set the variables of docs/how-to/deploy.md'
  return writeMissing(folder, recipe(platform, appFacts(folder, name, config)), { ...values, next })
})
