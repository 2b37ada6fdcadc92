// docs/checklists.md against what there is: every line of both plans, and of each the checks and tests it names.
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { suites } from '../proof/gate/run/suites.js'

const ROOT = new URL('..', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8')
const page = read('docs/checklists.md')
const rows = [...page.matchAll(/^\| (?!line |---)(.+?) \| ([^|]+) \| (.+) \|$/gm)].map(
  ([, line, ids, by]) => ({ line: line!, ids: ids!, by: by! }),
)

/** The journal's, word for word. */
const PLAN = `endpoints 404 when the flag is off; Argon2id, no plaintext; register does not enumerate; verify token \`typ=verify\`, \`aud\`/\`iss\` validated; login respects "email must be verified"; 429 generic; login issues refresh with \`rid\` linked to \`user_sessions.refresh_id\`; refresh rotates \`rid\`, old rejected; logout revokes, later refresh fails; access token not in localStorage; exactly one retry; BroadcastChannel logout; \`Set-Cookie: refresh_token\` HttpOnly, SameSite=Lax, Path=/api/auth, Secure outside dev; refresh reads the cookie only and returns access only; logout 403 without the header, 204 with, cookie cleared; web sends credentials and \`X-CSRF-Token\` on unsafe verbs; no refresh token in localStorage in cookie mode; flag off keeps prior behaviour and tests; counters incremented in login, refresh, logout; no behaviour change when the exporter is off; secrets from the environment; rate limits present; \`typ\` and audience validated; CSP unchanged or tighter; \`upgrade\` on a clean database; \`roles\` default \`["user"]\``

/** Of the comic pile. */
const ROLLOUT = `required environment variables are set; migrations are applied; debug and ops routes are off; the claim is done; existing threads are visible to the owner; the session resumes; a new user sees only their own data`

test('has every line of the plans once', () => {
  expect(rows.map(({ line }) => line).sort()).toEqual([PLAN, ROLLOUT].join('; ').split('; ').sort())
})

test('is linked from the pull-request template', () => {
  expect(read('.github/pull_request_template.md')).toContain('docs/checklists.md')
})

test.each(rows)('$line: what it names is there', ({ ids, by }) => {
  expect(ids).toMatch(/^[A-Z]\d+(?:, [A-Z]\d+)*$/)
  const known = suites.flatMap((phase) => phase.checks.map(({ id }) => id))
  const smoke = read('docs/reference/smoke.md')
  const parts = by.split(' · ')
  for (const part of parts) {
    const [, id, page, anchor] = /^\[([\w.-]+)\]\(([\w/]+\.md)#([\w-]+)\)$/.exec(part) ?? []
    const [, file, title] = /^`([\w./-]+)`: “(.+)”$/.exec(part) ?? []
    if (page === 'checks.md')
      expect([known.some((one) => one === id), anchor]).toEqual([true, id!.replace('.', '')])
    else if (page === 'reference/smoke.md') expect(smoke).toContain(`| \`${id}\` |`)
    else {
      expect([part, file && existsSync(new URL(file, ROOT))]).toEqual([part, true])
      expect(read(file!), file).toMatch(titled(title!))
    }
  }
  // A smoke of a deployment is not run here.
  expect(parts.some((part) => !part.startsWith('[smoke.'))).toBe(true)
})

/** A test of that title, in whatever quotes. */
const titled = (title: string) =>
  new RegExp(`\\b(?:test|it)\\(\\s*(['"\`])${title.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')}\\1`)
