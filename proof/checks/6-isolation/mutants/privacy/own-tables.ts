import * as real from '../../../../../src/phases/4-auth/privacy/own-tables.js'
import { replacing } from '../../../../gate/replace/replacing.js'

type OwnTables = typeof real.ownTables

/** Changes the tables of an export. */
const changed =
  (change: (table: real.OwnTable) => real.OwnTable[]): OwnTables =>
  async (...given) =>
    (await real.ownTables(...given)).flatMap(change)

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/privacy/own-tables.js', {
  accountAlone: { ownTables: changed((table) => (table.path.startsWith('app/') ? [] : [table])) },
  /** Row-level security keeps the app's rows apart even then; usertwo's own tables have none. */
  everyone: { ownTables: changed((table) => [{ ...table, where: ['true', []] }]) },
  secrets: {
    ownTables: changed((table) => [
      table.path === 'account/credentials'
        ? { ...table, columns: [...table.columns, 'password_hash'] }
        : table,
    ]),
  },
} satisfies Record<string, Partial<typeof real>>)
