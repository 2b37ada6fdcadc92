// The parts of a copy of pg that the layer uses: names that are the same from 8.0.3 to 8.23. Structural,
// because the app's copy is a different one and `instanceof` would not recognise it.

/** A copy of pg as the app loads it. */
export interface PgModule {
  Client: { prototype: object }
  /** absent if only the class of a client is known */
  Pool?: { prototype: object }
}

/** A message of the server, or one row of the answer. */
export interface ServerMessage {
  code?: string
  status?: TransactionStatus
  /** Of a notice or an error. */
  detail?: string
  /** Of an error, where one is named. */
  schema?: string
  table?: string
  constraint?: string
  /** Of an error or a notice: at which character of the text. */
  position?: string | undefined
  fieldCount?: number
  fields?: unknown[]
}

/** Idle, in a transaction, in a failed transaction. */
export type TransactionStatus = 'I' | 'T' | 'E'

export interface Field {
  name: string
  /** 0 if the column is computed. */
  tableID: number
  columnID: number
}

/** The values of a statement that is about to run. */
export interface Portal {
  portal: string
  statement: string
  values: string[]
  binary: boolean
  /** makes a text of each value */
  valueMapper?: (value: unknown) => unknown
}

/** pg's `Connection`: it sends messages by its methods and emits received ones. `more` keeps 8.0 from flushing early. */
export interface Wire {
  stream: {
    writable?: boolean
    cork?(): void
    uncork?(): void
    setNoDelay?(on: boolean): unknown
    write(message: Uint8Array): unknown
    destroy(error: Error): unknown
  }
  parsedStatements?: Record<string, string>
  submittedNamedStatements?: Record<string, string>
  emit(event: string, message?: ServerMessage): boolean
  query(text: string): void
  parse(statement: { name: string; text: string; types: number[] }, more: boolean): void
  bind(portal: Portal, more: boolean): void
  execute(portal: { portal: string; rows: number }, more: boolean): void
  close(what: { type: 'S'; name: string }, more: boolean): void
  sync(): void
}

export type Callback = (...results: unknown[]) => unknown

/** Anything `client.query` runs: pg's own Query, a cursor, a query stream, a copy stream. */
export interface Submittable {
  text?: unknown
  name?: unknown
  values?: unknown
  /** How many rows at a time. */
  rows?: unknown
  cursor?: { text?: unknown; connection?: unknown; _result?: object }
  connection?: unknown
  callback?: Callback | null
  query_timeout?: unknown
  /** Makes the rows. */
  _result?: object
  submit(wire: Wire): unknown
}

export interface PgClient {
  connection: Wire
  connect(done?: unknown): unknown
  pipeline?: boolean
  replication?: unknown
  /** false while an answer is on its way. */
  readyForQuery?: boolean
  /** false once the connection has failed */
  _queryable?: boolean
  /** not in every version */
  _ended?: boolean
  _Promise?: PromiseConstructor
  release?(error?: unknown): unknown
  end?(): unknown
  query(config: unknown, values?: unknown, callback?: unknown): unknown
  getStartupConf(): Record<string, string>
  once(event: string, listener: (error?: unknown) => void): unknown
  removeListener(event: string, listener: (error?: unknown) => void): unknown
}

export interface PgPool {
  connect(done?: unknown): unknown
  listenerCount?(event: string): number
  /** `onConnect`: not in every version */
  options?: { onConnect?: unknown }
}

export type QueryClass = new (config: unknown, values: unknown, callback: unknown) => Submittable

/** The parts of one copy of pg that the hooks replace or build with. */
export interface Driver {
  client: PgClient
  pool: PgPool | null
  Query: QueryClass
}
