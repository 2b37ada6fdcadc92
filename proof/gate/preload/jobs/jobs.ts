import { setTimeout as sleep } from 'node:timers/promises'
import { answer } from '../answer.js'
import { leapTo } from '../clock.js'
import {
  noteQueries,
  noteRefusals,
  type RefusedOutside,
  refusedQueries,
  type SentOutside,
  sentQueries,
} from './queries.js'
import {
  holdTimers,
  looksAtClock,
  nextTimer,
  takeTimers,
  timerAt,
  timerCalls,
  timerOrigin,
  type Waiting,
  watchTimers,
} from './timers.js'

/** What the app does outside every request. */
export interface JobsSeen {
  /** where the app set the timers that were called before their time: file:line */
  called: string[]
  /** the queries it sent, in order */
  sent: SentOutside[]
  /** the queries that usertwo refused before they were sent */
  refused: RefusedOutside[]
  /** what timers threw or rejected with: the message, and where the timer was set */
  failed: { at: string; message: string }[]
}

/** How long nothing may be sent until the app counts as quiet. Milliseconds. */
const QUIET_MS = 200
/** How long to wait for that: after the requests, and after each timer. Milliseconds. */
const [PATIENCE_MS, PATIENCE_OF_TIMER_MS] = [5_000, 1_000]
/** How long a process that does not serve yet has waited for something until that may be a timer of its own. Milliseconds. */
const START_MS = 5_000
/** For what a called timer has begun without a promise. Milliseconds. */
const BEGUN_MS = 100
/** For how long timers are called in all; a job that has not run by then counts as one that never did. Milliseconds. */
const ALL_MS = 45_000

const MINUTE_MS = 60_000
/** In minutes. */
const DAY = 24 * 60

const failed: JobsSeen['failed'] = []

/**
 * Notes the queries that the app sends outside every request, and as whom. When the gate asks, calls the timers that wait,
 * in the order of their time and with the clock set to it.
 */
export function watchJobs(): void {
  noteQueries()
  noteRefusals()
  process.on('unhandledRejection', fail)
  answer('jobs', async () => {
    await quiet(PATIENCE_MS)
    const end = performance.now() + ALL_MS
    for (let next = nextTimer(); next && performance.now() < end; next = nextTimer()) {
      leapTo(next.due)
      await called(next)
      await quiet(PATIENCE_OF_TIMER_MS)
      if (looksAtClock(next)) await calledEachMinute(next, end)
    }
    return { called: [...timerCalls.keys()], sent: sentQueries, refused: refusedQueries, failed }
  })
}

/**
 * Holds the app's timers, and calls each once when the gate asks. An app that does not serve for long may wait for one of them, so
 * they go on until the gate says that it serves.
 */
export function keepTimers(): void {
  holdTimers(true)
  // A busy machine makes a start longer, and hardly the time in which the process waits for something.
  const late = setInterval(() => {
    if (performance.eventLoopUtilization().idle >= START_MS) holdTimers(false)
  }, QUIET_MS)
  late.unref()
  watchTimers()
  answer('timersHeld', () => {
    clearInterval(late)
    holdTimers(true)
    return true
  })
  answer('timersCalled', async () => {
    const all = takeTimers()
    for (const one of all) await called(one)
    // What a timer began may not be awaited by it.
    if (all.length) await sleep(BEGUN_MS)
    return all.length
  })
}

/**
 * Lets a scheduler that looks at the clock see each minute of a day, and then of a month, until it has begun something: its
 * next calls by themselves would show it half a minute.
 */
async function calledEachMinute({ at, due }: Waiting, end: number): Promise<void> {
  const before = sentQueries.length
  const first = Math.ceil(due / MINUTE_MS) * MINUTE_MS
  for (let minute = 0; minute < 31 * DAY && performance.now() < end; minute++) {
    const next = timerAt(at)
    if (!next) return
    leapTo(first + minute * MINUTE_MS)
    await called(next)
    // What it begins needs a moment until it asks; what runs once a day is waited for at the end of that day.
    if (minute < DAY) await sleep(1)
    else if (minute % DAY === 0) await quiet(0)
    if (sentQueries.length > before) return quiet(PATIENCE_OF_TIMER_MS)
  }
}

async function called(timer: ReturnType<typeof takeTimers>[number]): Promise<void> {
  try {
    await Promise.race([timer.call(), sleep(PATIENCE_OF_TIMER_MS)])
  } catch (error) {
    timerOrigin.run(timer, () => fail(error))
  }
}

function fail(error: unknown): void {
  failed.push({ at: timerOrigin.getStore()?.at ?? '', message: String((error as Error)?.message ?? error) })
}

/** Waits until the app has sent nothing outside requests for a moment. */
async function quiet(patience: number): Promise<void> {
  const end = performance.now() + patience
  for (let before = -1; before !== sentQueries.length && performance.now() < end; ) {
    before = sentQueries.length
    await sleep(QUIET_MS)
  }
}
