import type { Phase } from '../phase.js'
import { context } from './context.js'
import { limitsPerPerson } from './limits-per-person.js'
import { openConnections } from './open-connections.js'
import { ownAnswers } from './own-answers.js'
import { perUserRows } from './per-user-rows.js'
import { privateAnswers } from './private-answers.js'
import { requireUser } from './require-user.js'
import { retiredDifferences } from './retired-differences.js'

export const isolation: Phase = {
  number: 6,
  name: 'isolation',
  purpose: 'Everybody sees and changes only what is theirs, twice: in the query and in the database.',
  needs: [4],
  layers: [
    { name: 'require user', place: 'outer', make: requireUser },
    { name: 'private answers', place: 'outer', make: privateAnswers },
    { name: 'context', place: 'outer', make: context },
    { name: 'own answers', place: 'outer', make: ownAnswers },
    { name: 'open connections', place: 'outer', make: openConnections },
    { name: 'context again', place: 'matched', make: context },
    { name: 'limits per person', place: 'matched', make: limitsPerPerson },
    { name: 'own answers again', place: 'matched', make: ownAnswers },
    { name: 'per-user rows', place: 'outer', make: perUserRows },
  ],
  differences: (config) => [
    ...retiredDifferences(config),
    {
      route: '* *',
      what: 'header',
      to: 'cache-control: ',
      why: 'what somebody is answered is kept by no cache that others share, and a page by none',
    },
  ],
}
