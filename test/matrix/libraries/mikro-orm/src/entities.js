const { EntitySchema } = require('@mikro-orm/postgresql')

const List = new EntitySchema({
  name: 'List',
  tableName: 'lists',
  properties: {
    id: { type: 'number', primary: true },
    name: { type: 'string' },
    items: { kind: '1:m', entity: () => 'Item', mappedBy: 'list' },
  },
})

const Tag = new EntitySchema({
  name: 'Tag',
  tableName: 'tags',
  properties: {
    id: { type: 'number', primary: true },
    label: { type: 'string', unique: true },
  },
})

const Item = new EntitySchema({
  name: 'Item',
  tableName: 'items',
  properties: {
    id: { type: 'number', primary: true },
    title: { type: 'string' },
    done: { type: 'boolean', default: false },
    list: { kind: 'm:1', entity: () => 'List', fieldName: 'list_id' },
    tags: {
      kind: 'm:n',
      entity: () => 'Tag',
      pivotTable: 'item_tags',
      joinColumn: 'item_id',
      inverseJoinColumn: 'tag_id',
    },
  },
})

const Setting = new EntitySchema({
  name: 'Setting',
  tableName: 'settings',
  properties: {
    key: { type: 'string', primary: true },
    value: { type: 'string' },
  },
})

module.exports = { List, Item, Tag, Setting }
