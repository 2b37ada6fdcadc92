import { withOwnerIds } from '../../notebook/mutations.js'

const owned = (column) => [
  'db.js',
  "id: id(),\n  name: text('name').notNull(),\n  position",
  `id: id(),\n  user_id: ${column},\n  name: text('name').notNull(),\n  position`,
]

export default withOwnerIds('drizzle-orm', {
  'a list': [
    owned("integer('user_id').notNull()"),
    [
      'store.js',
      '.groupBy(tables.projects.id)',
      '.where(eq(tables.projects.user_id, 1))\n    .groupBy(tables.projects.id)',
    ],
  ],
  'an insert': [
    owned("integer('user_id').notNull()"),
    ['store.js', '.values({ name, position', '.values({ user_id: 1, name, position'],
  ],
  'a default of the model': [owned("integer('user_id').notNull().$default(() => 1)")],
})
