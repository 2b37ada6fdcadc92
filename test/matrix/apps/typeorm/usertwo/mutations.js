import { withOwnerIds } from '../../notebook/mutations.js'

const owned = [
  'db.js',
  "columns: { id, name: { type: 'text' }, position",
  "columns: { id, user_id: { type: 'int' }, name: { type: 'text' }, position",
]

export default withOwnerIds('typeorm', {
  'a list': [owned, ['store.js', ".groupBy('p.id')", ".where('p.user_id = 1')\n    .groupBy('p.id')"]],
  'an insert': [owned, ['store.js', 'allProjects.save({ name', 'allProjects.save({ user_id: 1, name']],
})
