import * as real from '../../../../../src/phases/6-isolation/connection/statements/transaction.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(
  import.meta.url,
  '../../../../../src/phases/6-isolation/connection/statements/transaction.js',
  {
    /** Every transaction is reported as over. */
    unsaid: {
      follow(session, status) {
        real.follow(session, status)
        session.status = 'I'
      },
    },
  } satisfies Record<string, Partial<typeof real>>,
)
