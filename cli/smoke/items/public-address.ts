import { comparePublicAddress } from '../../public-address.js'
import type { Item } from '../item.js'

export const publicAddress: Item = {
  id: 'smoke.public-address',
  title: 'The deployment takes its own pages for its own, and its configured address is where it is',
  proves: ['R3', 'H3'],
  fix: 'PUBLIC_URL and CORS_ORIGINS name the address people use; TRUST_PROXY is the number of proxies in front, which pass the Host header on.',
  async run({ site, config, people, mount }, facts) {
    // As a page says where it is from in a browser that sends no Sec-Fetch-Site.
    const headers = { origin: site.origin }
    const heard = await site.ask('POST', `${mount}/login`, { headers, body: people.credentials(people.a) })
    facts.expect(heard, 200, `a login from a page of ${site.origin} itself is refused`)
    facts.saw(`a page of ${site.origin} logs in`)
    for (const { state, found, fix } of comparePublicAddress(process.env, config.prefix, site.origin)) {
      facts.holds(state !== 'wrong', { what: found, ...(fix && { expected: fix }) })
      if (state !== 'wrong') facts.saw(fix ? `${found} (${fix})` : found)
    }
  },
}
