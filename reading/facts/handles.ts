import type { App } from '../app/app.js'
import { isCall, nameOf, propertiesOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, traverse } from '../syntax/tree.js'

/** A place where the app opens a database. */
export interface Handle {
  driver: string
  at: string
}

const MAKERS: Record<string, RegExp> = {
  pg: /^(Pool|Client|native)$/,
  knex: /./,
  sequelize: /^(Sequelize|default|\*)$/,
  'sequelize-typescript': /^Sequelize$/,
  'pg-promise': /./,
  typeorm: /^(DataSource|createConnection|createConnections)$/,
  '@prisma/client': /^PrismaClient$/,
  'drizzle-orm/node-postgres': /^drizzle$/,
  slonik: /^createPool$/,
  kysely: /^Kysely$/,
  '@mikro-orm/core': /^init(Sync)?$/,
  '@mikro-orm/postgresql': /^init(Sync)?$/,
  postgres: /./,
}
/** Finds every place that opens a database, with the library it uses. */
export function handlesOf({ sources }: Pick<App, 'sources'>): Handle[] {
  return sources.flatMap(({ role, source: { file, tree, imports } }) => {
    if (/^(?:test|client|unstarted)$/.test(role)) return []
    const found: Handle[] = []
    traverse(tree, (node) => {
      if (!isCall(node) && node.type !== 'NewExpression') return
      const callee = child(node, 'callee')
      const object = nameOf(child(callee, 'object'))
      const local = nameOf(callee) ?? object
      const origin = local ? imports.get(local) : undefined
      const direct =
        callee && isCall(callee) && nameOf(child(callee, 'callee')) === 'require'
          ? textOf(children(callee, 'arguments')[0] ?? null)
          : null
      const module = origin?.module ?? direct
      if (!module || !(module in MAKERS)) return
      const made =
        nameOf(child(callee, 'property')) ??
        (/^(\*|default)$/.test(origin?.imported ?? '*') ? (nameOf(callee) ?? '*') : origin!.imported)
      const whole = made === nameOf(callee) || direct !== null
      const fits =
        whole && /^(knex|pg-promise|postgres)$/.test(module)
          ? !object
          : MAKERS[module]!.test(made) || (whole && module === 'sequelize' && node.type === 'NewExpression')
      if (fits && !(object && /^(knex|pg-promise|postgres)$/.test(module)))
        found.push({ driver: clientOf(node, module), at: locate(file, node) })
    })
    return found
  })
}

/** Returns the driver with the client that the options name, if any: `knex (mysql2)`. */
function clientOf(node: Parameters<typeof children>[0], module: string): string {
  const options = children(node, 'arguments').flatMap((one) => propertiesOf(one))
  const client = textOf(options.find(({ key }) => /^(client|dialect|type)$/.test(key))?.value ?? null)
  return client ? `${module} (${client})` : module
}
