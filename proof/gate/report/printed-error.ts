import { setTimeout as sleep } from 'node:timers/promises'
import { redactText } from '../../../src/redaction/redact-text.js'
import type { Target } from '../gate.js'

/** What a process prints arrives by a pipe, often after its answer. Milliseconds. */
const STEP = 50
const PATIENCE = 1_000
const LONGEST = 200

/** As Node prints an error of pg, and as loggers write it in JSON. */
const STATE = /["']?(?:code|sqlState|SQLSTATE)["']?\s*[:=]\s*["']?([0-9A-Z]{5})\b/g
const MESSAGE = /(?:^|[\s"'])\w*[eE]rror\b[^:\n]{0,40}: ([^\n]+)/gm
const IN_JSON = /"(?:message|msg)":\s*("(?:[^"\\]|\\.)+")/

/**
 * Returns the last error that the app has printed since a request: its SQLSTATE and message, without secrets; null: it
 * printed none.
 *
 * @param before the length of the output before the request
 */
export async function printedError(
  target: Partial<Pick<Target, 'output'>>,
  before: number,
): Promise<string | null> {
  for (let waited = 0; ; waited += STEP) {
    const found = errorIn(target.output?.().slice(before) ?? '')
    if (found || waited >= PATIENCE) return found
    await sleep(STEP)
  }
}

/** The message of the error in the last line of a logger, which comes before the line's own. */
function inJson(printed: string): string | undefined {
  const line = printed.split('\n').findLast((one) => IN_JSON.test(one)) ?? ''
  const [, text] = IN_JSON.exec(line) ?? []
  return text && JSON.parse(text)
}

/** Finds the last error in a text that a process printed. */
export function errorIn(printed: string): string | null {
  const last = (pattern: RegExp) => [...printed.matchAll(pattern)].at(-1)?.[1]
  const state = last(STATE)
  const message = last(MESSAGE) ?? (state && inJson(printed))
  if (!message) return null
  return `${state ? `${state} ` : ''}${redactText(message).slice(0, LONGEST)}`
}
