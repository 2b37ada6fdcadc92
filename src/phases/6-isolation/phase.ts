import { byUsertwo, knownInFront, matched, outer, type Phase } from '../phase.js'
import { context } from './context.js'
import { ownContext, ownUser } from './own-login/layers.js'
import { limitsPerPerson } from './requests/limits-per-person.js'
import { openConnections } from './requests/open-connections.js'
import { ownAnswers } from './requests/own-answers.js'
import { ownRows } from './requests/own-rows.js'
import { ownedPages } from './requests/owned-pages.js'
import { privateAnswers } from './requests/private-answers.js'
import { requireUser } from './requests/require-user.js'
import { isolate, leaveToTheOwner } from './start/start.js'

export const isolation: Phase = {
  number: 6,
  name: 'isolation',
  purpose: 'Everybody sees and changes only what is theirs, twice: in the query and in the database.',
  needs: [4],
  layers: [
    outer(knownInFront(requireUser)),
    outer(privateAnswers),
    outer(knownInFront(context)),
    outer(ownContext),
    outer(ownAnswers),
    outer(ownRows),
    // What ends a login of the app or of its proxy, usertwo does not know.
    outer(byUsertwo(openConnections)),
    outer(ownedPages),
    matched(ownUser),
    matched(knownInFront(context)),
    matched(limitsPerPerson),
    matched(ownAnswers),
    matched(ownRows),
  ],
  setup: isolate,
  below: leaveToTheOwner,
}
