// An answer 202 says that the work is not done yet (RFC 9110, section 15.3.3): a worker does it afterwards, and what
// the app answers until then depends on how fast it is.
import { setTimeout as sleep } from 'node:timers/promises'
import type { StartedTarget } from './app/target.js'
import type { Target } from './gate.js'
import type { Stopwatch } from './timings.js'

/** When work that was accepted counts as done. Milliseconds. */
interface Quiet {
  /** no statement of the app has come to its end for this time */
  forMs: number
  /** the most that is waited */
  mostMs: number
}

/** After each 202. */
export const ASKED: Quiet = { forMs: 500, mostMs: 5_000 }
/** In a recording, which everything later is compared to. */
export const RECORDED: Quiet = { forMs: 2_000, mostMs: 10_000 }
/** How long a replay asks again for what it has not found, for each 202 before it, and at which interval. Milliseconds. */
const AGAIN = { mostMs: 5_000, everyMs: 250 }

export const isAccepted = ({ status }: { status: number }): boolean => status === 202

/** Lets each request of an app wait after a 202 until the app is quiet. @param during measures the waits */
export function waiting(
  target: StartedTarget,
  quiet: Quiet,
  during: Stopwatch['during'] = (_, act) => act(),
): StartedTarget {
  const ask: Target['ask'] = async (...asked) => {
    const answer = await target.ask(...asked)
    if (isAccepted(answer)) await during('waits', () => untilQuiet(target, quiet))
    return answer
  }
  return { ...target, ask }
}

async function untilQuiet({ tell }: Pick<StartedTarget, 'tell'>, { forMs, mostMs }: Quiet): Promise<void> {
  const began = performance.now()
  for (;;) {
    const waited = performance.now() - began
    // An app that cannot be observed, or has ended, is left the time alone.
    const quiet = Math.min(waited, (await tell('quietFor').catch(() => null)) ?? waited)
    if (quiet >= forMs || waited >= mostMs) return
    await sleep(Math.min(forMs - quiet, mostMs - waited))
  }
}

/** How long a replay asks again from its beginning: the app's start may go on after it listens. Milliseconds. */
const STARTED_MS = 2_000

/** The time for which a replay asks again. It is spent once, so a wrong answer costs it once. */
export class Patience {
  #leftMs = STARTED_MS

  /** An answer was a 202: what is read afterwards may not be there yet. */
  accepted(): void {
    this.#leftMs = AGAIN.mostMs
  }

  /** Waits before the next attempt at a read; false: the answer counts as it is. */
  async again({ method }: { method: string }): Promise<boolean> {
    if (this.#leftMs <= 0 || !/^(?:GET|HEAD)$/.test(method)) return false
    this.#leftMs -= AGAIN.everyMs
    await sleep(AGAIN.everyMs)
    return true
  }
}
