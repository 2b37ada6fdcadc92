import { withOwnerIds } from '../../notebook/mutations.js'

export default withOwnerIds('pg-promise', {
  'a list': [['store.js', 'group by p.id order by', 'where p.user_id = 1 group by p.id order by']],
  'an insert': [
    [
      'store.js',
      'insert into projects (name, position)\n     values ($/name/,',
      'insert into projects (user_id, name, position)\n     values (1, $/name/,',
    ],
  ],
})
