import type { Frame, Page } from '@playwright/test'

/** A violation of a content security policy, as the browser describes it in `securitypolicyviolation`. */
export interface Violation {
  /** the effective directive, as in `script-src-elem` */
  directive: string
  /** `inline`, `eval` or the address that was blocked */
  blocked: string
  file: string
  line: number
  isReported: boolean
}

/** The function that `LISTEN` calls in a page, with a `Violation`. */
export const VIOLATION_BINDING = 'usertwoViolation'

/**
 * Script that reports every violation of a page, or of a frame, from before its own scripts run. It listens on the way
 * down, where the page's own listeners cannot stop the event. `document.open()` removes listeners but not a
 * ReportingObserver, and so both are there.
 */
export const LISTEN = `(() => {
  const tell = (one, blocked) => ${VIOLATION_BINDING}({
    directive: one.effectiveDirective, blocked, file: one.sourceFile ?? '', line: one.lineNumber ?? 0,
    isReported: one.disposition === 'report',
  })
  addEventListener('securitypolicyviolation', (event) => tell(event, event.blockedURI), true)
  if (typeof ReportingObserver !== 'undefined')
    new ReportingObserver(
      (reports) => { for (const { body } of reports) tell(body, body.blockedURL) },
      { types: ['csp-violation'], buffered: true },
    ).observe()
})()`

/**
 * Script that makes the browser compile every event handler attribute of a document and its open shadow roots.
 * Chromium 150 checks an attribute against the policy only when it compiles the handler, at its first event. Reading the
 * property compiles the handler and does not run it.
 */
export const COMPILE_HANDLERS = `(() => {
  const compile = (root) => {
    for (const element of root.querySelectorAll('*')) {
      for (const name of element.getAttributeNames())
        if (/^on/i.test(name)) try { void element[name.toLowerCase()] } catch {}
      if (element.shadowRoot) compile(element.shadowRoot)
    }
  }
  compile(document)
})()`

/** How long the events that compiling has queued may take. Milliseconds. */
const QUEUED_EVENTS = 50

/**
 * Calls `tell` with each policy violation of a page and its frames. Call it before the page is opened.
 *
 * @returns a function that compiles the event handlers on the page; call it when the page is idle
 */
export async function onViolation(
  page: Page,
  tell: (violation: Violation) => void,
): Promise<() => Promise<void>> {
  await page.exposeFunction(VIOLATION_BINDING, tell)
  await page.addInitScript(LISTEN)
  return async () => {
    await Promise.all(page.frames().map(compileHandlers))
    // In Node: no timer of a frame without scripts ever fires.
    await page.waitForTimeout(QUEUED_EVENTS)
    await page.evaluate('0')
  }
}

async function compileHandlers(frame: Frame): Promise<void> {
  try {
    await frame.evaluate(COMPILE_HANDLERS)
  } catch (error) {
    if (!frame.isDetached()) throw error
  }
}

/** Describes a violation. The line of a handler is left out: each browser counts it from somewhere else. */
export function describeViolation({ directive, blocked, file, line }: Violation): string {
  const what =
    blocked === 'inline'
      ? directive === 'script-src-attr'
        ? 'a handler within the page'
        : `${/^script/.test(directive) ? 'the script' : 'the style'} within the page${line ? `, line ${line}` : ''}`
      : blocked === 'eval'
        ? `eval in ${file}:${line}`
        : blocked
  return `its policy (${directive}) refuses ${what}`
}
