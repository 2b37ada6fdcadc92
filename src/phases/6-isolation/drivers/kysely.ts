/** The parts of a Kysely that are used here. All of them are documented. */
interface Kysely {
  selectFrom: unknown
  getExecutor: unknown
  /** makes another handle of the same dialect, and sends nothing */
  withoutPlugins(): object
}

/** What a Kysely was made with. */
interface Props {
  dialect?: { createDriver(): object }
}

const GIVE_POOL = 'Give scope() the Pool of pg that its PostgresDialect has.'

/** Whether a handle is a Kysely. */
export function isKysely(handle: object): handle is Kysely {
  return 'selectFrom' in handle && 'getExecutor' in handle && 'withoutPlugins' in handle
}

/**
 * The Pool that the dialect of a Kysely was given.
 *
 * @throws TypeError when its dialect has no Pool: it is another one than `PostgresDialect`, or a function makes the Pool
 */
export function poolOfKysely(kysely: Kysely): object {
  const props = frozenBy(() => kysely.withoutPlugins()) as Props[]
  const dialect = props.find(({ dialect }) => typeof dialect?.createDriver === 'function')?.dialect
  // A driver that is only made opens nothing: `init` and `acquireConnection` do.
  const given = dialect ? (frozenBy(() => dialect.createDriver()) as { pool?: unknown }[]) : []
  const pool = given.find((config) => config.pool)?.pool
  if (typeof pool === 'function')
    throw new TypeError(
      `scope(kysely): a function makes its Pool when the first query comes, too late to be scoped. Make the Pool first, as in new PostgresDialect({ pool: new Pool() }).`,
    )
  if (typeof pool !== 'object' || pool === null)
    throw new TypeError(
      `scope(kysely): ${dialect ? dialect.constructor.name : 'its dialect'} was given no Pool of pg. Only PostgresDialect over pg is supported. ${GIVE_POOL}`,
    )
  return pool
}

/**
 * The objects that a synchronous call freezes. Kysely keeps its dialect, and the dialect its Pool, in private fields: what
 * it freezes on the way is the only place where they are seen (0.27 to 0.29).
 */
function frozenBy(call: () => unknown): object[] {
  const { freeze } = Object
  const found: object[] = []
  const freezeAndFind = (object: object) => {
    found.push(object)
    return freeze(object)
  }
  try {
    Object.freeze = freezeAndFind as typeof freeze
    call()
  } finally {
    Object.freeze = freeze
  }
  return found
}
