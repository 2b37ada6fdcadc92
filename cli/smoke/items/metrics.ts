import { figuresOf } from '../figures.js'
import { type Item, NotExercised } from '../item.js'

/** Who asked through a proxy is not on this machine. */
const FROM_OUTSIDE = { 'x-forwarded-for': '203.0.113.7', via: '1.1 smoke' }

export const metrics: Item = {
  id: 'smoke.metrics',
  title: 'The figures of logins, refreshes and revocations have moved',
  proves: ['R4'],
  fix: 'Each process counts for itself: of several behind one address ask each; METRICS switches them on.',
  async run(smoke, facts) {
    const { site, options, figures: before, mode } = smoke
    if (before === null)
      throw new NotExercised(
        options.variable('METRICS_TOKEN') === undefined && !site.isLoopback
          ? 'METRICS_TOKEN is not set here'
          : '/metrics has no figures of logins: METRICS is off, or they are served elsewhere',
      )
    const after = (await figuresOf(smoke)) ?? {}
    const names = [
      'auth_login_success_total',
      'auth_login_fail_total',
      ...(mode.style === 'refresh' ? ['auth_refresh_rotations_total'] : []),
      'auth_revocations_total',
    ]
    for (const name of names) {
      const moved = (after[name] ?? 0) - (before[name] ?? 0)
      facts.holds(moved > 0, {
        what: `${name} stands still`,
        route: 'GET /metrics',
        expected: 'more',
        got: `${after[name]}`,
      })
      facts.saw(`${name} +${moved}`)
    }
  },
}

export const closedMetricsItem: Item = {
  id: 'smoke.metrics-closed',
  title: 'The figures are not public',
  proves: ['R4'],
  fix: 'Set METRICS_TOKEN; an app’s own /metrics belongs to routes.ops.',
  async run({ site, mode }, facts) {
    if (mode.dial < 6)
      throw new NotExercised(`at dial ${mode.dial} the app’s own routes are as open as they were`)
    const heard = await site.ask('GET', '/metrics', { headers: FROM_OUTSIDE })
    facts.expect(heard, [401, 403, 404], 'anybody reads the figures')
    facts.saw(`without METRICS_TOKEN ${heard.status}`)
  },
}
