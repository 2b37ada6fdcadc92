import { LEDGER_GONE } from '../../../../database/migrations/ledger-place.js'
import * as real from '../../../../database/migrations/statements.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The list of what is applied stays behind. */
export default replacing(import.meta.url, '../../../../database/migrations/statements.js', {
  fillPlaceholders: (sql, values) => (sql === LEDGER_GONE ? 'select' : real.fillPlaceholders(sql, values)),
} satisfies Partial<typeof real>)
