import { isByName } from '../../../src/config/config.js'
import { type Item, NotExercised } from '../item.js'

export const verifyItem: Item = {
  id: 'smoke.verify',
  title: 'Who has to confirm their address cannot log in before, and the link works once',
  proves: ['A6'],
  fix: 'Nothing of the app, and no proxy, may answer in place of the auth API.',
  async run({ site, people, config, mount }, facts) {
    if (isByName(config)) throw new NotExercised('people log in by a user name here: nobody has an address')
    const { b } = people
    const body = people.credentials(b)
    const token = await people.mustVerify(b)
    const login = () => site.ask('POST', `${mount}/login`, { body })
    const early = await login()
    facts.expect(early, 403, 'somebody logs in whose address is not confirmed')
    facts.holds((early.json as { code?: string } | undefined)?.code === 'email_not_verified', {
      what: 'who has to confirm their address is not told so',
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
