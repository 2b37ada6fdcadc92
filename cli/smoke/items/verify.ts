import { isByName } from '../../../src/config/config.js'
import { type Item, NotExercised } from '../item.js'

export const verifyItem: Item = {
  id: 'smoke.verify',
  title: 'Who has to confirm their address cannot log in before, and the link works once',
  proves: ['A6'],
  fix: 'Nothing of the app, and no proxy, may answer in place of the auth API.',
  async run({ site, people, config, mount }, facts) {
    if (isByName(config)) throw new NotExercised('users log in with a user name here and have no address')
    const { b } = people
    const body = people.credentials(b)
    const token = await people.mustVerify(b)
    const login = () => site.ask('POST', `${mount}/login`, { body })
    const early = await login()
    facts.expect(early, 403, 'a user with an unconfirmed address can log in')
    facts.holds((early.json as { code?: string } | undefined)?.code === 'email_not_verified', {
      what: 'the answer does not say that the address must be confirmed',
      route: early.route,
      expected: 'email_not_verified',
    })
    const use = () => site.ask('POST', `${mount}/verify-email`, { body: { token } })
    facts.expect(await use(), 204, 'the link does not confirm the address')
    facts.expect(await use(), 400, 'the link works again')
    facts.expect(await login(), 200, 'who has confirmed their address cannot log in')
    facts.saw('the link was made by the operator: nothing is mailed')
  },
}
