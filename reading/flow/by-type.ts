import { nameOf } from '../syntax/syntax.js'
import { child, children, type Node } from '../syntax/tree.js'
import type { Environment } from './environment.js'
import type { Machine } from './machine.js'
import { HANDLE, OPAQUE, REQUEST, type Value } from './values.js'

const REPOSITORIES = /^(\w*Repository|Model|ModelStatic|ModelCtor|ModelClass)$/
const HANDLES =
  /^(EntityManager|SqlEntityManager|DataSource|Connection|QueryRunner|Knex|Pool|PoolClient|Client|ClientBase|PrismaClient|Sequelize|NodePgDatabase|PgDatabase|PostgresJsDatabase|IDatabase|ITask|IBaseProtocol|Kysely|Transaction|DatabasePool|MikroORM)$/

/**
 * Returns the value of a parameter or field as its type declares it: a repository, a database handle, or an
 * instance of a class of the app. Returns null if the type says none of these.
 */
export function typedValue(m: Machine, parameter: Node, scope: Environment): Value | null {
  const target = parameter.type === 'TSParameterProperty' ? child(parameter, 'parameter') : parameter
  const inner = target?.type === 'AssignmentPattern' ? child(target, 'left') : target
  return byType(m, child(child(inner, 'typeAnnotation'), 'typeAnnotation'), scope)
}

function byType(m: Machine, type: Node | null, scope: Environment): Value | null {
  if (type?.type !== 'TSTypeReference') return null
  const name = lastName(child(type, 'typeName'))
  if (!name) return null
  const given = children(child(type, 'typeParameters') ?? child(type, 'typeArguments'), 'params')[0] ?? null
  const subject =
    given?.type === 'TSTypeQuery' ? lastName(child(given, 'exprName')) : lastName(child(given, 'typeName'))
  if (REPOSITORIES.test(name) && subject) {
    const model = m.models.byName(subject)
    if (model) return model
  }
  if (name === 'Request') return REQUEST
  if (/^(Response|NextFunction)$/.test(name)) return OPAQUE
  const value = scope.read(name)
  if (value?.kind === 'class')
    return m.models.byClass(value) ? null : m.construct(value, [], { node: type, scope })
  return HANDLES.test(name) ? HANDLE : null
}

/** Returns `Note` for both `Note` and `entities.Note`. */
function lastName(node: Node | null): string | null {
  return node?.type === 'TSQualifiedName' ? nameOf(child(node, 'right')) : nameOf(node)
}

/** Returns the entity of `class Notes extends Repository<Note>`. */
export function repositoryOf(node: Node): string | null {
  if (!/Repository$/.test(lastName(child(node, 'superClass')) ?? '')) return null
  const given = child(node, 'superTypeParameters') ?? child(node, 'superTypeArguments')
  return lastName(child(children(given, 'params')[0] ?? null, 'typeName'))
}
