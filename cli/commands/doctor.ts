import { dirname, resolve } from 'node:path'
import { loadProject, type Project } from '../../proof/gate/project.js'
import { parseDial } from '../../src/config/settings.js'
import { ConfigError } from '../../src/core/config-error.js'
import { configFile } from '../../src/run/config-file.js'
import { EXIT, implement } from '../command.js'
import { databaseUrl } from '../database.js'
import { checkCommands } from '../declared/check.js'
import { type Diagnosis, look, ok, wrong } from '../doctor/diagnosis.js'
import { diagnose, diagnosisLines } from '../doctor/doctor.js'
import { UsageError } from '../usage-error.js'

export const command = implement(checkCommands.doctor, async ({ values, words }) => {
  const url = deploymentOf(words)
  const { project, found } = await configurationOf(values.config)
  const { prefix, auth } = project?.config ?? {}
  const diagnoses = [
    ...found,
    ...(await diagnose({
      folder: project?.folder ?? resolve(values.config ?? '.'),
      database: databaseOf(values.database),
      dial: parseDial(process.env, prefix) ?? 0,
      url,
      prefix,
      pages: auth?.pages,
    })),
  ]
  if (values.json) console.log(jsonOf(diagnoses))
  else for (const line of diagnosisLines(diagnoses)) console.log(line)
  const has = (state: Diagnosis['state']) => diagnoses.some((one) => one.state === state)
  if (has('wrong')) return EXIT.noGo
  return has('unknown') ? EXIT.unknown : EXIT.go
})

function deploymentOf([given]: string[]): string | undefined {
  if (given === undefined || (/^https?:\/\//.test(given) && URL.canParse(given))) return given
  throw new UsageError(
    `doctor: ${given} is not the address of a deployment; give one like https://app.example.com, and name a folder with --config`,
  )
}

/** A script that reads `--json` knows the fix as `cure`. */
const jsonOf = (diagnoses: readonly Diagnosis[]) =>
  JSON.stringify({ diagnoses: diagnoses.map(({ fix, ...one }) => ({ ...one, cure: fix })) }, null, 2)

/** Runs without a configuration, too: the machine and the packages can still be checked. */
async function configurationOf(given?: string): Promise<{ project?: Project; found: Diagnosis[] }> {
  let file: string
  try {
    file = configFile(given)
  } catch {
    return { found: [look('configuration', 'none here', 'npx usertwo init writes it')] }
  }
  try {
    const project = await loadProject(given)
    return { project, found: [ok('configuration', file)] }
  } catch (error) {
    const why = error instanceof ConfigError ? error.problems.join('; ') : (error as Error).message
    const project = { name: '', folder: dirname(file), config: {} } as Partial<Project> as Project
    return { project, found: [wrong('configuration', file, why)] }
  }
}

function databaseOf(given: string | undefined): string | null {
  try {
    return databaseUrl(given)
  } catch (error) {
    if (error instanceof UsageError) return null
    throw error
  }
}
