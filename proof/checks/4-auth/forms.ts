import type { BrowserContext } from '@playwright/test'
import { indexIn } from '../../../src/config/config.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import type { Gate, Target } from '../../gate/gate.js'
import type { GateAccount } from '../../gate/people/people.js'
import { ADDED_PAGE, withoutPages } from '../../inventory/found-pages.js'
import { type BlockedForm, closed, type FormKind, pageContext, sendForm, sendFrom } from './browser-forms.js'
import { claimOwner, logIn } from './gate-login.js'
import securityHeaders from './mutants/security-headers.js'
import sameOrigin from './mutants/sessions/same-origin.js'

const PAGES = 5
const STEP_MS = 15_000
/**
 * A plain-http host name that the gate's browser resolves to this machine. For such a host the browser does
 * not send Sec-Fetch-Site.
 */
const NAMED = 'app.test'

/** Where the app is opened, and other origins whose requests carry the login cookie all the same. */
interface Place {
  at: string
  others: string[]
}

/**
 * Builds the check of phases 4, 6 and 8: forms of the app's own pages are accepted, those of other sites are
 * not.
 */
export function formsCheck(phase: string): Check {
  return {
    id: `${phase}.forms`,
    title: 'Forms and uploads work from the app’s pages and are refused from other sites, in a real browser',
    proves: ['B3', 'A7'],
    ofUsertwosLogin: true,
    fix: 'The evidence names the page, its Referrer-Policy and what the browser said of the origin; docs/how-to/forms.md explains what proves it.',
    timeout: 120_000,
    async run(gate) {
      const none = await withoutPages(gate, 'forms')
      if (none) return none
      const target = await gate.app({ realTime: true, env: { ALLOWED_HOSTS: NAMED } })
      const account = await claimOwner(gate, target)
      const browser = await gate.browser()
      const problems: Evidence[] = []
      let exercised = 0
      for (const place of placesOf(target)) {
        const context = await pageContext(browser, place.at)
        context.setDefaultTimeout(STEP_MS)
        const trial = new Trial(gate, context, place, problems)
        await trial.logIn(target, account)
        await trial.fromElsewhere()
        await trial.fromTheApp()
        exercised += trial.sent
        await closed(context)
      }
      return { exercised, unit: 'forms', problems }
    },
    mutants,
    additions: ADDED_PAGE,
  }
}

function placesOf({ url }: Target): Place[] {
  const { port } = new URL(url)
  return [
    { at: url, others: ['http://127.0.0.1:49999'] },
    { at: `http://${NAMED}:${port}`, others: [`http://sibling.${NAMED}:49999`] },
  ]
}

class Trial {
  sent = 0

  constructor(
    readonly gate: Gate,
    readonly context: BrowserContext,
    readonly place: Place,
    readonly problems: Evidence[],
  ) {}

  async logIn(target: Target, account: GateAccount): Promise<void> {
    const { cookie } = await logIn(this.gate, target, account)
    const [name = '', value = ''] = cookie.split('=')
    await this.context.addCookies([{ name, value, url: this.place.at, httpOnly: true, sameSite: 'Lax' }])
  }

  async fromElsewhere(): Promise<void> {
    for (const from of this.place.others)
      for (const kind of ['form', 'upload'] as const)
        for (const silent of [false, true]) {
          const sent = await sendFrom(this.context, from, `${this.place.at}/usertwo-gate`, { kind, silent })
          this.sent++
          if (!sent.refused)
            this.problems.push({
              what: `${nameOf(kind)} of ${from} is accepted with the owner’s login (${sent.said})`,
              route: `POST ${sent.path}`,
              expected: '403 csrf_failed',
              got: String(sent.status),
            })
        }
  }

  async fromTheApp(): Promise<void> {
    for (const kind of ['form', 'upload'] as const) await this.#own(kind)
    if (this.gate.phase < PAGES) return
    const { pages } = this.gate.config.auth
    await this.#own('form', `${pages}/logout`, `${pages}/login`)
  }

  /** @param leadsTo the path where the browser must be afterwards; default: any */
  async #own(kind: FormKind, action?: string, leadsTo?: string): Promise<void> {
    const page = await this.context.newPage()
    const path = indexIn(this.gate.config)
    const shown = await page.goto(path)
    const sent = await sendForm(page, kind, action)
    if ('blocked' in sent) {
      await closed(page)
      return this.#blocked(nameOf(kind), path, sent)
    }
    this.sent++
    if (!sent.refused && leadsTo)
      await page
        .waitForURL((url) => url.pathname === leadsTo)
        .catch(() =>
          this.problems.push({
            what: `a form to ${action} does not lead to ${leadsTo}`,
            route: `POST ${sent.path}`,
            expected: `a redirect to ${leadsTo}`,
            got: `${sent.status}, and the page ${new URL(page.url()).pathname}`,
          }),
        )
    await closed(page)
    if (!sent.refused) return
    const policy = shown?.headers()['referrer-policy'] ?? 'none'
    this.problems.push({
      what: `${nameOf(kind)} on the page ${this.place.at}${path} (Referrer-Policy: ${policy}) is refused: the browser said ${sent.said}`,
      route: `POST ${sent.path}`,
      expected: 'an answer of the app',
      got: '403 csrf_failed',
    })
  }

  /** A page whose policy allows no form has none to send, unless it has one. */
  #blocked(form: string, path: string, { blocked, policy }: BlockedForm): void {
    if (blocked === 'added') return
    this.problems.push({
      what: `${form} of the page ${this.place.at}${path} is not sent: the page's policy refuses it (form-action)`,
      route: `GET ${path}`,
      expected: 'a policy that allows the forms of its page',
      got: policy,
    })
  }
}

const nameOf = (kind: FormKind) => (kind === 'form' ? 'a form' : 'an upload')

const mutants: [Mutant, ...Mutant[]] = [
  {
    name: 'pages hide the origin of their forms',
    names: 'Referrer-Policy: no-referrer',
    by: { replace: [securityHeaders.noReferrer] },
  },
  {
    name: 'a form from nowhere counts as one of the app’s',
    names: 'Origin: null, no Sec-Fetch-Site',
    by: { replace: [sameOrigin.fromNowhere] },
  },
  {
    name: 'another port of the same host counts as the app',
    names: 'a form of http://127.0.0.1:49999',
    by: { replace: [sameOrigin.anyPort] },
  },
]
