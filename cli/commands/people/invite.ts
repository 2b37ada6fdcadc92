import { loadProject } from '../../../proof/gate/project.js'
import { appName } from '../../../src/config/app-name.js'
import type { Config } from '../../../src/config/config.js'
import { variableOf } from '../../../src/config/settings.js'
import { transport } from '../../../src/mail/transport.js'
import { email, loginField, username } from '../../../src/phases/4-auth/accounts/names.js'
import { issueInvitation } from '../../../src/phases/4-auth/links/invitation.js'
import { invitationLetter } from '../../../src/phases/4-auth/links/write-letter.js'
import { loadLanguages } from '../../../src/phases/4-auth/words/languages.js'
import { assertSchema } from '../../claimed.js'
import { EXIT, implement } from '../../command.js'
import { withDatabase, writableDatabaseUrl } from '../../database.js'
import { userCommands } from '../../declared/users.js'
import { UsageError } from '../../usage-error.js'
import { appOrigin } from '../../users/app-origin.js'
import { assertRole } from '../../users/roles.js'

export const command = implement(userCommands.invite, async ({ values, words }) => {
  const { days } = values
  if (values.role !== undefined) assertRole(values.role)
  const { config, folder } = await loadProject(values.config)
  const field = loginField(config)
  const to = { email, username }[field].safeParse(words[0])
  if (!to.success)
    throw new UsageError(
      field === 'email'
        ? 'invite: give an e-mail address, e.g. usertwo invite ann@example.com'
        : 'invite: give the user name they are to have, e.g. usertwo invite ann',
    )
  const origin = appOrigin(config.prefix, values.url)
  return withDatabase(writableDatabaseUrl(values), async (db) => {
    await assertSchema(db, 'links')
    const invited = { email: to.data, role: values.role ?? null, days }
    const code = await issueInvitation(db, invited)
    const link = `${origin ?? ''}${config.auth.pages}/register#invitation=${code}&${field}=${encodeURIComponent(to.data)}`
    const letter = { to: to.data, link, code, days }
    const mailed = field === 'username' ? null : await mail(config, origin, folder, letter)
    const closed = closedBy(config)
    if (values.json) console.log(JSON.stringify({ [field]: to.data, link, code, mailed, closed }, null, 2))
    else {
      console.log(`${link}\nCode: ${code}`)
      console.log(`It registers ${to.data}, once and within ${days === 1 ? 'a day' : `${days} days`}.`)
      if (!origin) console.log('Say --url https://… for the whole link.')
      if (mailed !== null)
        console.log(mailed ? 'It was mailed to them.' : 'The mail was not taken: hand it on.')
      if (closed) console.log(`It does not work yet: ${closed}`)
    }
    return EXIT.go
  })
})

/** Mails the invitation. Returns null without a mail server, else whether the server accepted it. */
async function mail(
  config: Config,
  origin: string | undefined,
  folder: string,
  invitation: { to: string; link: string; code: string; days: number },
): Promise<boolean | null> {
  const read = (variable: string) => variableOf(process.env, config.prefix, variable)
  const way = origin ? transport({ SMTP_URL: read('SMTP_URL'), MAIL_FROM: read('MAIL_FROM') }) : null
  if (!way) return null
  try {
    await loadLanguages(config)
    await way.send(invitationLetter(config, invitation, appName(config, folder)))
    return true
  } catch {
    return false
  } finally {
    way.close()
  }
}

function closedBy({ prefix }: Config): string | null {
  const set = variableOf(process.env, prefix, 'REGISTRATION')
  if (set === undefined || set === 'open' || set === 'invite') return null
  return `REGISTRATION=${set}; set REGISTRATION=invite where the app runs`
}
