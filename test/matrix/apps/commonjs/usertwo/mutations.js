const { withOwnerIds } = require('../../notebook/mutations.js')

module.exports = withOwnerIds('commonjs', {
  'a list': [['store.js', 'group by p.id order by', 'where p.user_id = 1 group by p.id order by']],
})
