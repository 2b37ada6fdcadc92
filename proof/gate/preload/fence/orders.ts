/** The places that the processes of an app under test may reach, in addition to each other. */
export interface FenceOrders {
  /** `host:port` of the gate's own servers, the throw-away database first */
  open: string[]
  /**
   * the logins for the throw-away database: another login is meant for another database, which PGHOST or
   * PGPORT led here
   */
  users: string[]
  /**
   * `host`, `host:port` or the path of a socket, as in `app.allowHosts`; a PostgreSQL is never reached
   * through these
   */
  named: string[]
  /** the folder in which the app runs, where the source may name a refused address */
  app: string
  /** the folder where each process records its refusals and the places where it listens */
  folder: string
}

/** Passes the orders from process to process. The fence removes it from the environment. */
export const FENCE = 'USERTWO_GATE_FENCE'

/** Files in {@link FenceOrders.folder}, with one line of JSON per entry. */
export const REFUSED = 'refused'
export const LISTENING = 'listening'

/** A place that the app tried to reach and was refused. */
export interface FenceRefusal {
  /** the login, unknown to the gate, with which the app connected to the gate's own server */
  user?: string
  /** the place is a PostgreSQL, judged by its driver or by the first bytes it would have received */
  database: boolean
  /** a client of Redis connected */
  redis: boolean
  /** `host:port`, a name to be looked up, or the path of a socket */
  place: string
  /** the variables of the process that name it, as the app sees them */
  variables: string[]
  /** those of them that the gate had set to another value */
  overwritten: string[]
  /** the names of all other variables, to find which belong together */
  beside: string[]
  /** the line of the app that connected, `file:line` from its folder; null if the stack has none */
  caller: string | null
}
