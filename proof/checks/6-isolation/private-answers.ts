import { isHtml } from '../../../src/core/is-html.js'
import type { Answer } from '../../gate/app/http.js'
import { curl } from '../../gate/app/http.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Target } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import innerApp from './mutants/express/inner-app.js'
import privateAnswers from './mutants/requests/private-answers.js'

export const privateAnswersCheck: Check = {
  id: 'isolation.private-answers',
  title: 'No shared cache stores an answer, and ETags still work for its user',
  proves: ['T2'],
  fix: 'Code behind usertwo writes the response headers past it, or a layer removes the ETag: see the route.',
  timeout: 120_000,
  async run(gate) {
    const target = await gate.app()
    const before = await gate.app({ dial: 0 })
    const { owner } = await gate.people()
    const { header } = gate.config.auth
    const problems: Evidence[] = []
    let exercised = 0
    const asked = new Set<string>()
    for (const { method, path, request } of await gate.traffic()) {
      if (gate.signal.aborted) break
      if (asked.has(`${method} ${path}`)) continue
      asked.add(`${method} ${path}`)
      const as = { ...owner, address: nextAddress() }
      const how = {
        as,
        headers: { accept: '*/*', ...(request.contentType && { 'content-type': request.contentType }) },
        body: request.body ?? undefined,
      }
      const answer = await target.ask(method, path, how)
      exercised++
      const found = wrongWith(answer, header)
      if (method === 'GET' && found === null) {
        const then = await before.ask('GET', path, how)
        const tag = String(answer.headers.etag ?? '')
        const again = async (app: Target, known: unknown) => {
          const headers = { accept: '*/*', 'if-none-match': String(known) }
          return (await app.ask('GET', path, { as, headers })).status
        }
        // A GET that changes what it shows, such as a visit counter, never gets a 304 from the bare app
        // either.
        const saved =
          then.status === 200 &&
          answer.status === 200 &&
          then.headers.etag &&
          (await again(before, then.headers.etag)) === 304
        if (saved && (!tag || (await again(target, tag)) !== 304))
          problems.push({
            what: 'the app’s ETag no longer gets a 304',
            route: `GET ${path}`,
            expected: '304',
            got: tag ? '200' : 'no ETag',
            curl: curl(target.url, 'GET', path, { as }),
          })
      }
      if (found)
        problems.push({
          what: 'a cache may give one user’s answer to another user',
          route: `${method} ${path}`,
          ...found,
          curl: curl(target.url, method, path, { as, body: request.body ?? undefined }),
        })
    }
    return { exercised, unit: 'answers', problems }
  },
  mutants: [
    {
      name: 'the app’s own cache headers are kept',
      names: 'Cache-Control: ',
      by: { replace: [privateAnswers.none] },
    },
    {
      name: 'caches do not know that answers differ by login',
      names: 'Vary: ',
      by: { replace: [privateAnswers.noVary] },
    },
    {
      name: 'a page may be stored',
      names: 'Cache-Control: no-store',
      by: { replace: [privateAnswers.keptPages, innerApp.pages] },
    },
    {
      name: 'ETags are removed',
      names: 'no ETag',
      by: { replace: [privateAnswers.noEtag, innerApp.etags] },
    },
  ],
}

/**
 * Returns what lets a shared cache, or a browser that two users share, give the answer to another user; null
 * if neither does.
 */
function wrongWith({ headers }: Answer, login: string): Pick<Evidence, 'expected' | 'got'> | null {
  const said = String(headers['cache-control'] ?? '').toLowerCase()
  const got = `Cache-Control: ${said || 'nothing'}`
  if (/\bno-store\b/.test(said)) return null
  if (isHtml(headers['content-type'])) return { expected: 'Cache-Control: no-store', got }
  const isPrivate = /\bprivate\b/.test(said) && /\b(?:no-cache|immutable)\b/.test(said)
  if (!isPrivate || /\b(?:public|s-maxage)\b/.test(said) || headers['cdn-cache-control'] || headers.expires)
    return { expected: 'Cache-Control: private, no-cache', got }
  const vary = String(headers.vary ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
  const missing = ['cookie', login].filter((name) => !vary.includes(name) && !vary.includes('*'))
  return missing.length
    ? { expected: `Vary: Cookie, ${login}`, got: `Vary: ${vary.join(', ') || 'nothing'}` }
    : null
}
