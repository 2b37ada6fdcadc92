import type { Item } from '../item.js'

export const ready: Item = {
  id: 'smoke.ready',
  title: 'The deployment serves, and says at which dial and with which tokens',
  proves: ['R1', 'R3'],
  fix: 'Look at its log; usertwo doctor URL says what is wrong.',
  async run({ site, config, mode }, facts) {
    const heard = await site.ask('GET', '/ready')
    const said = (heard.json ?? {}) as { ready?: unknown; dial?: unknown; why?: unknown }
    // An app that has a route of that name keeps it.
    if (typeof said.dial === 'number') {
      facts.expect(heard, 200, 'it is not ready')
      facts.saw(`dial ${said.dial}${said.why ? `: ${said.why}` : ''}`)
    }
    facts.expect(
      await site.ask('GET', config.app.health),
      [200, 204],
      'the address for the platform is not open',
    )
    facts.saw(
      `TOKEN_STYLE=${mode.style}${mode.refresh ? `, the refresh token in the ${mode.refresh === 'body' ? 'answer' : 'cookie'}` : ''}`,
      `registration ${mode.registration}`,
    )
  },
}
