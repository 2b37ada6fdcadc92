import { loadProject } from '../../proof/gate/project.js'
import { evidenceOf, evidenceOfChange, shortened } from '../../proof/statements/found.js'
import type { NewSchemaFinding } from '../../proof/statements/new-schema.js'
import { tryStatements } from '../migrate/try-statements.js'
import { diffOfNew } from './edit.js'
import type { Fix } from './fix.js'
import { type MigrationText, migrationFile } from './migration-file.js'

/**
 * Returns a migration for the functions of the app's database that the owner column breaks or changes, and for its views and
 * functions that read with the rights of their owner. It works on the schema as it is too. Nothing is written.
 *
 * @param folder of the configuration, whose migrations make the copies on which the functions are tried
 * @throws ConfigError if there is no configuration
 */
export async function fixFunctions(folder: string): Promise<Fix> {
  const project = await loadProject(folder)
  const finding = await tryStatements(project)
  const { functions, around } = finding
  const left = leftOver(finding)
  const does: Fix['does'] = ['is written for the new schema', 'are written for the new schema']
  if (functions.length + around.length === 0) return { files: [], diff: '', rewritten: 0, does, left }
  const { file, text, runs } = migrationFile(project.folder, project.config.app.migrate, textOf(finding))
  return {
    files: [{ file, text, isNew: true }],
    diff: diffOfNew(file, text),
    rewritten: functions.length + around.length,
    does,
    left: [...left, { at: file, what: 'run it', why: runs }],
  }
}

function textOf({ functions, around }: NewSchemaFinding): MigrationText {
  const rights = around.map(({ rule, table }) =>
    rule === 'view-invoker'
      ? {
          up: `-- PostgreSQL 15 or newer\nalter view ${table} set (security_invoker = true);`,
          down: `alter view ${table} reset (security_invoker);`,
        }
      : {
          up: `alter function ${table} security invoker;`,
          down: `alter function ${table} security definer;`,
        },
  )
  const ended = (definition: string) => `${definition.trimEnd()};`
  const all = (of: readonly string[]) => `${of.join('\n\n')}\n`
  return {
    up: all([...functions.map(({ definition }) => ended(definition)), ...rights.map(({ up }) => up)]),
    down: all([...functions.map(({ before }) => ended(before)), ...rights.map(({ down }) => down)]),
  }
}

const OF_FUNCTION = /^function /

/** What in functions the syntax does not tell how to write. */
function leftOver({ broken, changed }: NewSchemaFinding): Fix['left'] {
  const said = (what: string) => what.replace(/^.*?: /, '')
  const lines = [
    ...broken.map((one) => ({ ...one, what: evidenceOf(one).what })),
    ...changed.map((one) => ({ ...one, what: evidenceOfChange(one).what })),
  ]
  return lines.flatMap(({ at, text, write, what }) =>
    OF_FUNCTION.test(at) && write === null ? [{ at, what: shortened(text), why: said(what) }] : [],
  )
}
