/** A SQLSTATE of one of PostgreSQL's classes; an app's own five-character codes rarely match. */
const SQLSTATE =
  /^(?:0[0-389ABFLPZ]|2[0-8BDF]|3[4-9BDF]|4[024]|5[34578]|72|F0|HV|P0|XX)(?=[0-9A-Z]*\d)[0-9A-Z]{3}$/
/** Members that only a database's error has. */
const OWN = ['severity', 'routine', 'constraint', 'dataType', 'internalPosition', 'internalQuery']
/** Members that an app may use too, together with a SQLSTATE. */
const SHARED = ['schema', 'table', 'column', 'where', 'position', 'hint', 'file']
/** Further members of such an error. */
const FURTHER = ['length', 'name', 'code', 'detail', 'line', 'fields', 'index']
/** Members of Node's errors of sockets and files. */
const SYSTEM = ['errno', 'code', 'syscall', 'address', 'port', 'path', 'dest', 'hostname', 'fatal']
/** Members in which an ORM's error keeps the driver's: Sequelize's, TypeORM's. */
const HELD = ['parent', 'original', 'driverError']

const has = (value: object, names: string[]) => names.filter((name) => name in value).length

/**
 * Returns the members that identify an object as the error of a PostgreSQL driver, of an ORM around one, or
 * of a socket or file, sent as caught; none if it is the app's own.
 */
export function driverFields(value: Record<string, unknown>): string[] {
  const coded = typeof value.code === 'string' && SQLSTATE.test(value.code)
  const held = /Error$/.test(String(value.name)) && HELD.some((name) => typeof value[name] === 'object')
  if (held || (coded ? has(value, [...OWN, ...SHARED]) > 0 : has(value, OWN) > 1))
    return [...OWN, ...SHARED, ...FURTHER, ...HELD]
  return typeof value.syscall === 'string' && has(value, ['errno', 'code']) > 0 ? SYSTEM : []
}

/** Returns the first such error in a parsed body, at any depth; undefined if it contains none. */
export function findDriverError(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!Array.isArray(value) && driverFields(value as Record<string, unknown>).length > 0)
    return value as Record<string, unknown>
  for (const one of Object.values(value)) {
    const found = findDriverError(one)
    if (found) return found
  }
  return undefined
}
