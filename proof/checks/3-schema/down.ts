import { ownedIn } from '../../../src/config/config.js'
import { withClient } from '../../../src/database/with-client.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import { dumpSchema } from '../../postgres/schema-dump.js'
import { appRows } from './app-rows.js'
import { migrateInOwnProcess } from './in-own-process.js'
import files from './mutants/files.js'
import migrator from './mutants/migrator.js'
import statements from './mutants/statements.js'
import { schemaDifference } from './schema-difference.js'

export const downCheck: Check = {
  id: 'schema.down',
  title: 'Rolling back the migrations restores the schema and keeps the app’s rows',
  proves: ['S5'],
  fix: 'The down part of a migration leaves something behind, or removes too much: the evidence names the line of the schema, or the table.',
  timeout: 120_000,
  async run(gate) {
    const dump = () => withClient(gate.database.url, 'gate', dumpSchema)
    const [up, rows] = [await dump(), await appRows(gate)]
    const undone = await migrateInOwnProcess(gate, 2)
    const below = await dump()
    const problems: Evidence[] = [
      ...schemaDifference(withoutToolkit(up), below, 'after going down'),
      ...lost(rows, await appRows(gate), 'after going down'),
    ]
    // A migration that was not undone completely cannot be applied again.
    try {
      const applied = await migrateInOwnProcess(gate, 3)
      problems.push(
        ...undone
          .filter((name) => !applied.includes(name))
          .map((name) => ({ what: `${name} was undone, and is not applied when going up again` })),
        ...schemaDifference(up, await dump(), 'after going down and up again'),
        ...lost(rows, await appRows(gate), 'after going down and up again'),
      )
    } catch (error) {
      problems.push({ what: 'after going down, going up failed', got: (error as Error).message })
    }
    return { exercised: undone.length, unit: 'migrations', problems }
  },
  mutants: (config) => [
    {
      name: 'the first migration is never undone',
      names: `column public.${config.users.table}.`,
      by: { replace: [files.butUsers] },
    },
    {
      name: 'the ledger of applied migrations is left behind',
      names: 'usertwo.migrations.',
      by: { replace: [statements.ledgerKept] },
    },
    ...ownedIn(config)
      .slice(0, 1)
      .map(([table]) => takesRows(table)),
  ],
}

function takesRows(table: string): Mutant {
  return {
    name: `going down empties ${table}`,
    names: `other rows in ${table}`,
    by: { replace: [migrator.empties] },
  }
}

/**
 * Returns the lines of a schema that are not usertwo's: everything it makes is in its own schema, or carries
 * its name or comment.
 */
function withoutToolkit(dump: string): string {
  const lines = dump.split('\n')
  const made = lines.flatMap((line) => /^r (\S+) .*comment=usertwo: added$/.exec(line)?.[1] ?? [])
  return lines
    .filter((line) => !/\busertwo[._]|usertwo: added|^schema usertwo /.test(line))
    .filter(
      (line) =>
        !made.some(
          (table) =>
            line.includes(`${table}.`) || line.includes(` ON ${table} `) || line.startsWith(`S ${table}_`),
        ),
    )
    .join('\n')
}

function lost(before: Map<string, string>, after: Map<string, string>, when: string): Evidence[] {
  return [...before].flatMap(([table, rows]) =>
    after.get(table) === rows
      ? []
      : [{ what: `${when}: other rows in ${table}`, table, expected: rows, got: after.get(table) ?? 'gone' }],
  )
}
