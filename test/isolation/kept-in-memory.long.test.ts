// An app that keeps things in memory: for each user, or where LEAK names it, one for all. See remembering/app.mjs.
import { beforeAll, describe, expect, test } from 'vitest'
import type { Evidence } from '../../proof/gate/check.js'
import { leakyNotebook } from '../support/leaky-notebook.js'

const remembering = leakyNotebook('isolation/remembering')
const look = async (check: string, leaks: readonly string[]) =>
  (await remembering.lookAll(check, [], {}, undefined, {}, { LEAK: leaks.join() })).problems

/** Each leak, with the route that it must be reported at. */
const LEAKS: Record<string, Record<string, { route: string; what: RegExp }>> = {
  'isolation.kept-in-memory': {
    draft: { route: 'GET /draft', what: /^what the owner wrote by PUT \/draft is shown to the other$/ },
    search: { route: 'GET /search', what: /^after the owner has sent the same title: / },
    names: { route: 'POST /names', what: /^a name that the owner has is answered unlike/ },
    filter: {
      route: 'GET /notes',
      what: /^the other is answered differently after the owner wrote by PUT \/filter/,
    },
    recent: { route: 'GET /recent', what: /^after the owner has read: / },
    find: { route: 'POST /find', what: /^after the owner has sent the same title: / },
    labels: { route: 'POST /labels', what: /^a text that the owner has sent is answered unlike/ },
    options: {
      route: 'OPTIONS * (no route)',
      what: /^requested by OPTIONS: what the owner sent by POST \/notes /,
    },
    head: { route: 'HEAD /notes', what: /^requested by HEAD: notes.title of the owner was shown/ },
    health: { route: 'GET /health', what: /what the owner (?:sent|wrote) by POST \/notes is shown/ },
    missing: {
      route: 'GET * (no route)',
      what: /^requested at an unknown path, .+: what the owner sent by GET .*\/usertwo-… is shown/,
    },
    unknown: {
      route: 'GET * (no route)',
      what: /^requested .+: what the owner sent by POST \/notes is shown/,
    },
    bare: {
      route: 'GET /search',
      what: /^requested with(?:out a query| title=): what the owner sent by GET \/search is shown/,
    },
    form: { route: 'GET /notes/:id', what: /^requested with as=text: / },
    csv: { route: 'GET /notes', what: /^requested as text\/csv: / },
    sheet: {
      route: 'GET /draft',
      what: /^requested as text\/csv: what the owner sent by POST \/notes is shown/,
    },
    callers: {
      route: 'GET /notes/:id',
      what: /^requested about a row that does not exist: what the owner sent by .+ is shown/,
    },
    sought: {
      route: 'GET * (no route)',
      what: /^requested at an unknown path, .+: what the owner sent by GET \/search is shown/,
    },
    error: {
      route: 'POST /notes',
      what: /^requested with .+: what the owner sent by POST \/notes is shown/,
    },
    events: {
      route: 'GET /events',
      what: /^requested as a client that reconnects: what the owner sent by POST \/notes is shown/,
    },
    file: { route: 'GET /export', what: /^(?:requested with again|after the owner has sent the same again)/ },
    mounted: { route: 'ALL /rpc', what: /^requested again: what the owner sent by ALL \/rpc is shown/ },
    begun: {
      route: 'PUT /draft',
      what: /^requested .+: what the owner sent by POST \/notes is shown/,
    },
    agents: { route: 'GET /recent', what: /^requested .+: what the owner sent by .+ is shown/ },
    version: {
      route: 'HEAD /notes',
      what: /^requested by HEAD: what the owner did before changes the answer/,
    },
    suggestions: { route: 'GET /suggestions', what: /^what the owner wrote by POST \/notes is shown/ },
    frame: {
      route: 'GET /notes/:id/frame',
      what: /^after the owner has read: notes.title of the owner was shown/,
    },
    completed: { route: 'GET /completed', what: /^a title that begins or nearly is like one of the owner's/ },
    trail: {
      route: 'GET * (no route)',
      what: /^requested at an unknown path, .+: what the owner sent by GET /,
    },
    flash: { route: 'GET /flash', what: /^what the owner wrote by POST \/stars is shown to the other$/ },
    place: { route: 'GET /place', what: /^the other is answered differently after the owner has read$/ },
    claim: { route: 'PUT /checked', what: /^what the other did before keeps the owner from a write$/ },
    slowest: { route: 'GET /load', what: /^requested with more=1: what the owner sent by GET .+ is shown/ },
    legend: { route: 'GET /legend', what: /^requested .+: what the owner sent by GET \/legend is shown/ },
    retried: {
      route: 'POST /attempts',
      what: /^requested with the same idempotency-key.*: what the owner sent by POST \/attempts is shown/,
    },
    'form-pages': {
      route: 'GET /form',
      what: /^requested with the same cookie: what the owner sent by PUT \/form is shown/,
    },
    arriving: {
      route: 'GET /lines',
      what: /^requested during a request: what the owner sent by POST \/lines is shown/,
    },
  },
  'isolation.foreign-at-once': {
    words: {
      route: 'GET /words',
      what: /^in one burst: what (\w+) asked for is in the answer to (?!\1)\w+$/,
    },
    gone: { route: 'GET /sorted', what: /^while the client of another went away: / },
    address: {
      route: 'GET /titles',
      what: /^from one client address: (?:notes.title of the \w+ was shown to \w+|a row of .+ was in the answer to .+, and was refused)/,
    },
    queue: {
      route: 'POST /imports',
      what: /^in one burst: what (\w+) wrote is stored in a row of (?!\1)\w+$/,
    },
    autosave: {
      route: 'PUT /autosave',
      what: /^(?:seconds after|in) one burst: what (\w+) wrote is stored in a row of (?!\1)\w+$/,
    },
    agent: {
      route: 'GET /index',
      what: /notes.title of the (owner|other) was shown to (?!\1)\w+|a row of .+ was in the answer to \w+, and was refused/,
    },
  },
}
/** Leaks that are also looked at alone. */
const ALONE = ['draft', 'search', 'names', 'address', 'queue']

for (const [check, leaks] of Object.entries(LEAKS)) {
  test(`${check} finds nothing in an app that keeps everything by user, and kinds for all`, async () => {
    expect(await look(check, [])).toEqual([])
  }, 300_000)

  test.each(ALONE.filter((name) => name in leaks))(
    `${check} names the route of one leak: %s`,
    async (name) => {
      const { route, what } = leaks[name]!
      const said = (await look(check, [name])).filter((one) => one.route === route).map((one) => one.what)
      expect(said).toContainEqual(expect.stringMatching(what))
    },
    300_000,
  )

  describe(`${check} names the route of each leak among others`, () => {
    let problems: readonly Evidence[]
    beforeAll(async () => {
      problems = await look(check, Object.keys(leaks))
    }, 300_000)
    for (const [name, { route, what }] of Object.entries(leaks))
      test(name, () => {
        const said = problems.filter((one) => one.route === route).map((one) => one.what)
        expect(said).toContainEqual(expect.stringMatching(what))
      })
  })
}
