import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, templateOf } from '../../../reading/syntax/syntax.js'
import { child, locate, type Node, traverse } from '../../../reading/syntax/tree.js'

/** Where the sources handle passwords and sessions, as `file:line`. */
export interface PasswordLines {
  /** a password is compared with its hash */
  compared: string[]
  hashed: string[]
  /** a row is inserted */
  inserted: string[]
  /** a session is ended */
  ended: string[]
}

const HASHES =
  /^(?:bcrypt|bcryptjs|bcrypt-nodejs|argon2|@node-rs\/(?:bcrypt|argon2)|scrypt-kdf|password-hash|pbkdf2-password|credential)$/
const COMPARES = /^(?:compare|verify)(?:Sync)?$/
const MAKES = /^(?:hash|generate)(?:Sync)?$/
/** Of node:crypto: it makes the hash of both a new and a given password. */
const DERIVES = /^(?:scrypt|pbkdf2)(?:Sync)?$/
const INSERTS = /^(?:insert|create|save|createUser|addUser|insertInto|register)$/

export function passwordLines(sources: readonly Source[]): PasswordLines {
  const found: PasswordLines = { compared: [], hashed: [], inserted: [], ended: [] }
  for (const source of sources)
    traverse(source.tree, (node) => {
      const at = locate(source.file, node)
      if (/\binsert\s+into\b/i.test(templateOf(node, '?') ?? '')) found.inserted.push(at)
      if (node.type === 'AssignmentExpression' && isSession(child(node, 'left'))) found.ended.push(at)
      if (!isCall(node)) return
      const { name, module } = calledOf(node, source)
      const isHash = HASHES.test(module)
      const derives = DERIVES.test(name)
      if ((isHash && COMPARES.test(name)) || derives || name === 'timingSafeEqual') found.compared.push(at)
      if ((isHash && MAKES.test(name)) || derives) found.hashed.push(at)
      if (INSERTS.test(name)) found.inserted.push(at)
      const of = calledMember(node)?.of ?? null
      if ((name === 'destroy' && isSession(of)) || /^log[oO]ut$/.test(name)) found.ended.push(at)
    })
  return found
}

/** What is called, and the package that it is of; an empty text: of none. */
function calledOf(call: Node, { imports }: Source): { name: string; module: string } {
  const member = calledMember(call)
  const local = nameOf(member ? member.of : child(call, 'callee')) ?? ''
  const from = imports.get(local)
  const plain = from && from.imported !== '*' && from.imported !== 'default' ? from.imported : local
  return { name: member?.name ?? plain, module: from?.module ?? '' }
}

const isSession = (node: Node | null) =>
  node?.type === 'MemberExpression' && nameOf(child(node, 'property')) === 'session'
