const { Model } = require('objection')

class List extends Model {
  static tableName = 'lists'
  static get relationMappings() {
    return {
      items: {
        relation: Model.HasManyRelation,
        modelClass: Item,
        join: { from: 'lists.id', to: 'items.list_id' },
      },
    }
  }
}

class Tag extends Model {
  static tableName = 'tags'
}

class Item extends Model {
  static tableName = 'items'
  static get relationMappings() {
    return {
      tags: {
        relation: Model.ManyToManyRelation,
        modelClass: Tag,
        join: {
          from: 'items.id',
          through: { from: 'item_tags.item_id', to: 'item_tags.tag_id' },
          to: 'tags.id',
        },
      },
    }
  }
}

class Setting extends Model {
  static tableName = 'settings'
  static idColumn = 'key'
}

module.exports = { List, Item, Tag, Setting }
