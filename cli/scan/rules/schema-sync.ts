import { calledMember, isCall, nameOf, propertiesOf } from '../../../reading/syntax/syntax.js'
import { child } from '../../../reading/syntax/tree.js'
import { type Rule, SERVER } from './rule.js'

/** The schema is made after the models at each start: `sequelize.sync()`, `synchronize: true`. */
export const schemaSync: Rule = {
  kind: 'ddl-at-start',
  where: SERVER,
  look(node) {
    const synchronize = propertiesOf(node).find(({ key }) => key === 'synchronize')?.value
    if (synchronize?.value === true && propertiesOf(node).some(({ key }) => /^(type|entities)$/.test(key)))
      return 'synchronize: true'
    const member = isCall(node) ? calledMember(node) : null
    const of = member && (nameOf(member.of) ?? nameOf(child(member.of, 'property')))
    return member?.name === 'sync' && of && /sequelize|^db$|database|^conn/i.test(of) ? `${of}.sync()` : null
  },
}
