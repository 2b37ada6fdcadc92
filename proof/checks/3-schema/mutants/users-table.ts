import * as real from '../../../../src/database/migrations/users-table.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { shownAs } from './shown-as.js'

export default replacing(import.meta.url, '../../../../src/database/migrations/users-table.js', {
  /** Does not check whether the column is generated. */
  anyColumn: {
    inspectUsers: (client, ...more) => real.inspectUsers(shownAs(client, { generated: false }), ...more),
  },
  /** Does not check the type of the column. */
  anyType: {
    inspectUsers: (client, ...more) => real.inspectUsers(shownAs(client, { base: 'text' }), ...more),
  },
} satisfies Record<string, Partial<typeof real>>)
