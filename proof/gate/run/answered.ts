import type { Caller, RouteAnswers } from '../check.js'

/** Collects the answers to each kind of caller, by route. */
export interface Answered {
  note(route: string, statuses: Statuses): void
  /** adds what another check has collected */
  add(answers: RouteAnswers): void
  list(): RouteAnswers[]
}

/** The status of one answer to each kind of caller that sent a request. */
export type Statuses = Partial<Record<Caller, number>>

export function openAnswered(): Answered {
  const routes = new Map<string, RouteAnswers>()
  const count = (route: string, caller: Caller, status: string, times: number) => {
    const answers: RouteAnswers['answers'] = routes.get(route)?.answers ?? {}
    const before = answers[caller]
    routes.set(route, {
      route,
      answers: { ...answers, [caller]: { ...before, [status]: (before?.[status] ?? 0) + times } },
    })
  }
  return {
    note(route, statuses) {
      for (const [caller, status] of Object.entries(statuses)) count(route, caller as Caller, `${status}`, 1)
    },
    add({ route, answers }) {
      for (const [caller, counts] of Object.entries(answers))
        for (const [status, times] of Object.entries(counts)) count(route, caller as Caller, status, times)
    },
    list: () => [...routes.values()],
  }
}
