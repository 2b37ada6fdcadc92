import { loadProject } from '../../../proof/gate/project.js'
import { issueClaimCode } from '../../../src/phases/4-auth/accounts/claim-code.js'
import { isByName } from '../../../src/phases/4-auth/accounts/names.js'
import { leavesDemo } from '../../../src/phases/4-auth/accounts/owner-login.js'
import { environmentOf, isClaimedHere } from '../../claimed.js'
import { EXIT, implement } from '../../command.js'
import { withDatabase, writableDatabaseUrl } from '../../database.js'
import { userCommands } from '../../declared/users.js'

export const command = implement(userCommands.claim, async ({ values }) => {
  const { config } = await loadProject(values.config)
  return withDatabase(writableDatabaseUrl(values), async (db) => {
    const { users, owner, auth } = config
    if (await isClaimedHere(db, config)) {
      if (values.json) console.log(JSON.stringify({ claimed: true, code: null }))
      else
        console.log(
          leavesDemo(config, environmentOf(config))
            ? 'An administrator has registered with the code; there is nothing left to claim.'
            : `Claimed by user ${owner.id} (${users.table}.${users.id}); there is nothing left to claim. Password forgotten: usertwo users reset-link ${owner.id}`,
        )
      return EXIT.noGo
    }
    const code = await issueClaimCode(db)
    const [name]: (string | null)[] = isByName(config)
      ? await db(users.table).where(users.id, owner.id).pluck('username')
      : []
    if (values.json) console.log(JSON.stringify({ claimed: false, code, ...(name && { username: name }) }))
    else
      console.log(
        `Claim code: ${code}\nRegister with it within a day${name ? `, as ${name}` : ''}: at ${auth.pages}/register from phase 5, below by POST ${auth.mount}/register. Earlier codes stopped working.`,
      )
    return EXIT.go
  })
})
