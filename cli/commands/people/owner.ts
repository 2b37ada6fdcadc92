import { loadProject } from '../../../proof/gate/project.js'
import { email, isByName } from '../../../src/phases/4-auth/accounts/names.js'
import { TransferRefused, transferOwner } from '../../../src/phases/4-auth/admin/transfer-owner.js'
import { untilForgotten } from '../../../src/phases/4-auth/sessions/until-forgotten.js'
import { assertSchema } from '../../claimed.js'
import { EXIT, implement } from '../../command.js'
import { withDatabase, writableDatabaseUrl } from '../../database.js'
import { userCommands } from '../../declared/users.js'
import { UsageError } from '../../usage-error.js'
import { resetLink } from '../../users/reset-link.js'

export const command = implement(userCommands.owner, async ({ values, words }) => {
  const who = words[0]!
  const { config } = await loadProject(values.config)
  const to = isByName(config) ? who : addressOf(who)
  const { id } = config.owner
  return withDatabase(writableDatabaseUrl(values), async (db) => {
    await assertSchema(db, 'links')
    if (!values.yes) {
      console.log(
        `This hands user ${id}, with all their rows, to ${to}. The former owner is logged out everywhere, and their password, tokens and links end. Say --yes to do it.`,
      )
      return EXIT.noGo
    }
    try {
      await transferOwner(db, config, to)
    } catch (error) {
      if (!(error instanceof TransferRefused)) throw error
      console.log(error.message)
      return EXIT.noGo
    }
    await untilForgotten({ db, config }, id)
    if (!values.json) console.log(`User ${id} is ${to} from now on. Give them this link:`)
    return resetLink(db, config, id, values)
  })
})

function addressOf(given: string): string {
  const read = email.safeParse(given)
  if (read.success) return read.data
  throw new UsageError(`owner transfer ${given}: the new owner's e-mail address, e.g. ann@example.com`)
}
