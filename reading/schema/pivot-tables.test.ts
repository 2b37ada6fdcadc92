import { expect, it } from 'vitest'
import { fileParser } from '../syntax/sources.js'
import { pivotTables } from './pivot-tables.js'

const parse = await fileParser('/nowhere')
const of = (text: string) =>
  pivotTables([parse('models.ts', text)]).map(({ name, columns, references }) => ({
    name,
    columns,
    references: Object.fromEntries(references),
  }))

it.each([
  [
    'Sequelize',
    "Post.belongsToMany(Tag, { through: 'post_tags', foreignKey: 'post_id', otherKey: { name: 'tag_id' } })",
    { columns: ['post_id', 'tag_id'], references: {} },
  ],
  [
    'Sequelize, by an object',
    "Post.belongsToMany(Tag, { through: { model: 'post_tags', unique: false } })",
    {},
  ],
  [
    'Bookshelf',
    "const Post = bookshelf.model('Post', { tags() { return this.belongsToMany('Tag', 'post_tags', 'post_id', 'tag_id') } })",
    { columns: ['post_id', 'tag_id'] },
  ],
  [
    'Objection',
    "const relationMappings = { tags: { relation: Model.ManyToManyRelation, modelClass: Tag, join: { from: 'posts.id', through: { from: 'post_tags.post_id', to: 'post_tags.tag_id' }, to: 'tags.id' } } }",
    { columns: ['post_id', 'tag_id'], references: { post_id: 'posts', tag_id: 'tags' } },
  ],
  [
    'Objection, in a schema',
    "const join = { from: 'posts.id', through: { from: 'blog.post_tags.post_id', to: 'blog.post_tags.tag_id' } }",
    {},
  ],
  ['TypeORM', "class Post { @ManyToMany(() => Tag) @JoinTable({ name: 'post_tags' }) tags: Tag[] }", {}],
  [
    'MikroORM',
    "class Post { @ManyToMany({ entity: () => Tag, pivotTable: 'post_tags' }) tags = new Collection<Tag>(this) }",
    {},
  ],
])('knows the table of a relation of %s', (_library, text, more) => {
  expect(of(text)).toEqual([expect.objectContaining({ name: 'post_tags', ...more })])
})

it('mistakes neither a model nor another library’s options for a table', () => {
  expect(of('Post.belongsToMany(Tag, { through: PostTag })')).toEqual([])
  expect(of("const join = { from: 'posts.author_id', to: 'users.id' }")).toEqual([])
  expect(of("stream({ through: 'gzip' })")).toEqual([])
})
