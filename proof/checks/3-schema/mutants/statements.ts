import { LEDGER_GONE } from '../../../../src/database/migrations/ledger-place.js'
import * as real from '../../../../src/database/migrations/statements.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/database/migrations/statements.js', {
  /** The ledger of applied migrations is left behind. */
  ledgerKept: {
    fillPlaceholders: (sql, values) => (sql === LEDGER_GONE ? 'select' : real.fillPlaceholders(sql, values)),
  },
} satisfies Record<string, Partial<typeof real>>)
