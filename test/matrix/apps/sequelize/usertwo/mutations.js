import { withOwnerIds } from '../../notebook/mutations.js'

const owned = ['db.js', '{ name: text(), position', '{ user_id: whole(), name: text(), position']

export default withOwnerIds('sequelize', {
  'a list': [owned, ['store.js', "[NOTES, 'notes']],", "[NOTES, 'notes']],\n    where: { user_id: 1 },"]],
  'an insert': [owned, ['store.js', 'Project.create({ name', 'Project.create({ user_id: 1, name']],
  'a default of the model': [
    [
      'db.js',
      '{ name: text(), position',
      '{ user_id: { ...whole(), defaultValue: 1 }, name: text(), position',
    ],
  ],
})
