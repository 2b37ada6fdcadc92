import { rowLines } from '../../proof/backup/row-counts.js'
import { loadProject } from '../../proof/gate/project.js'
import { backUp, IncompleteDump } from '../backup/back-up.js'
import { EXIT, implement } from '../command.js'
import { databaseUrl } from '../database.js'
import { operateCommands } from '../declared/operate.js'
import { during } from '../during.js'

export const command = implement(operateCommands.backup, async ({ values, words }) => {
  const file = words[0]!
  const { config } = await loadProject(values.config)
  const url = values.admin ?? databaseUrl(values.database)
  try {
    const manifest = await during(`dumping the database to ${file}`, () =>
      backUp(config, { file, url, bin: values.bin }),
    )
    if (values.json) console.log(JSON.stringify({ file, ...manifest }, null, 2))
    else
      for (const line of [
        `${file}: ${manifest.database}, PostgreSQL ${manifest.server}`,
        ...rowLines(manifest.tables),
      ])
        console.log(line)
    return EXIT.go
  } catch (error) {
    if (!(error instanceof IncompleteDump)) throw error
    console.error(error.message)
    return EXIT.noGo
  }
})
