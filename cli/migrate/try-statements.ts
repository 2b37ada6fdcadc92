import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Project } from '../../proof/gate/project.js'
import { withSession, withTemplates } from '../../proof/gate/run/with-session.js'
import type { TemplateOptions, Templates } from '../../proof/gate/templates.js'
import { BASELINE_FILE, readHar } from '../../proof/gate/traffic/har.js'
import { type NewSchemaFinding, tryOnNewSchema } from '../../proof/statements/new-schema.js'
import { recordedStatements } from '../../proof/statements/recorded.js'
import { statementsInSources } from '../../reading/schema/statements-in-source.js'
import { readSources } from '../../reading/syntax/sources.js'

/**
 * Tries the statements of the sources and of the functions on throw-away copies, which the app's own migrations and seed
 * make, and those that the app sends for the recording, if one is stored. The app is started only for the recording.
 */
export function tryStatements(
  project: Project,
  options?: TemplateOptions,
  phase?: number,
): Promise<NewSchemaFinding> {
  const file = join(project.folder, BASELINE_FILE)
  const traffic = async () => readHar(file)
  const work = async (templates: Templates) =>
    withSession({ project, templates, traffic }, async (session) => {
      const { server } = await readSources(project.folder, project.config)
      const why: string[] = []
      const recorded = existsSync(file)
        ? await recordedStatements(session).catch((error: Error) => {
            why.push(error.message)
            return []
          })
        : []
      const statements = { recorded, sources: statementsInSources(server) }
      const finding = await tryOnNewSchema(session.unmigrated, project.config, statements, phase)
      const unplayed = why.map((message) => ({ at: basename(file), text: '', why: message }))
      return { ...finding, untried: [...unplayed, ...finding.untried] }
    })
  return withTemplates(project, work, options)
}
