import { rowLines } from '../../proof/backup/row-counts.js'
import { refuseRemote } from '../../proof/postgres/this-machine.js'
import { type Restored, restoreDump } from '../backup/restore.js'
import { EXIT, implement } from '../command.js'
import { writableDatabaseUrl } from '../database.js'
import { operateCommands } from '../declared/operate.js'
import { during } from '../during.js'

export const command = implement(operateCommands.restore, async ({ values, words }) => {
  const file = words[0]!
  const url = writableDatabaseUrl(values)
  const { admin, bin } = values
  if (admin && !values['allow-remote']) refuseRemote(admin, '--admin')
  const done = await during(`restoring ${file}`, () => restoreDump({ file, url, adminUrl: admin, bin }))
  if (values.json) console.log(JSON.stringify({ file, ...done }, null, 2))
  else for (const line of lines(file, done)) console.log(line)
  return done.differences.length === 0 ? EXIT.go : EXIT.noGo
})

function lines(file: string, { manifest, tables, differences, made, left }: Restored): string[] {
  return [
    `${file}: ${manifest.database} of ${manifest.taken}, PostgreSQL ${manifest.server}`,
    ...rowLines(tables),
    ...(differences.length === 0
      ? ['Every row of every owner is there.']
      : ['The restored rows are not those of the dump:', ...differences.map((one) => `  ${one}`)]),
    ...made.map(
      (role) =>
        `The role ${role} did not exist. It was made without a login; if the app connects as it, an administrator runs: ALTER ROLE "${role}" LOGIN PASSWORD '…'`,
    ),
    ...(left.length === 0
      ? []
      : [
          `${left.length} entries (rights on the server’s own functions or on the schema public, event triggers, publications) need an administrator; for the rights run: usertwo migrate up --admin postgres://admin:…@host/database; for the rest restore again, with --admin`,
        ]),
    'Next: let DATABASE_URL name this database, then run: usertwo migrate status',
  ]
}
