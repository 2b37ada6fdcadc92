import { loadProject } from '../../proof/gate/project.js'
import { pipelineFacts } from '../ci/facts.js'
import { pipeline, SERVERS } from '../ci/pipelines.js'
import { implement } from '../command.js'
import { checkCommands } from '../declared/check.js'
import { allowedName, writeMissing } from '../deploy/write-missing.js'

export const command = implement(checkCommands.ci, async ({ values, words }) => {
  const server = allowedName('ci init', SERVERS, words[0]!)
  const { config, folder } = await loadProject(values.config)
  const planned = pipeline(server, pipelineFacts(folder, config))
  return writeMissing(folder, [planned], { ...values, next: `Next: commit ${planned.file}` })
})
