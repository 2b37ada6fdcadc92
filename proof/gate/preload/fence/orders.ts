/** What the processes of an app under test may reach, beside each other. */
export interface FenceOrders {
  /** `host:port` of what is the gate's own: the throw-away database first */
  open: string[]
  /** the logins by which it is reached: another one is of another database, which PGHOST or PGPORT led here */
  users: string[]
  /**
   * `host`, `host:port` or the path of a socket, as `app.allowHosts` names them; no PostgreSQL is reached
   * through these
   */
  named: string[]
  /** the folder the app runs in, where a refused address may be written */
  app: string
  /** where each process notes what it was refused and where it listens */
  folder: string
}

/** Carries the orders from process to process; the fence takes it out. */
export const FENCE = 'USERTWO_GATE_FENCE'

/** Files in {@link FenceOrders.folder}, a line of JSON each time. */
export const REFUSED = 'refused'
export const LISTENING = 'listening'

/** Something that the app tried to reach and did not. */
export interface FenceRefusal {
  /** the gate's own server was asked as this user, which the gate has not given */
  user?: string
  /** it is a PostgreSQL, by its driver or by the first bytes it was to be sent */
  database: boolean
  /** `host:port`, a name that was to be looked up, or the path of a socket */
  place: string
  /** variables of the process that name it, as the app sees them */
  variables: string[]
  /** those of them that the gate had set to something else */
  overwritten: string[]
  /** names of all variables beside them, to tell which belong together */
  beside: string[]
  /** the app's own line that asked, `file:line` from its folder; null: none is in the stack */
  caller: string | null
}
