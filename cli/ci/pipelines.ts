import { posix } from 'node:path'
import type { PlannedFile } from '../init/files/planned.js'
import { type PipelineFacts, toRoot } from './facts.js'
import { WORKFLOW_FILE, workflowText } from './github.js'
import { gitlabText, shellText } from './others.js'

export const SERVERS = ['github', 'gitlab', 'shell'] as const

/** The file that a CI server runs. */
export function pipeline(server: (typeof SERVERS)[number], facts: PipelineFacts): PlannedFile {
  if (server === 'github') return { file: atRoot(facts, WORKFLOW_FILE), text: workflowText(facts) }
  if (server === 'gitlab') return { file: atRoot(facts, '.gitlab-ci.yml'), text: gitlabText(facts) }
  return { file: 'usertwo/gates.sh', text: shellText(facts) }
}

/** `../../.github/workflows/usertwo.yml`: the server reads it in the root of the repository alone. */
const atRoot = (facts: PipelineFacts, file: string) => posix.join(toRoot(facts), file)
