const TABLE = 'vinyl_records'

module.exports = class RecordService {
  constructor({ knex, audit }) {
    Object.assign(this, { knex, audit })
  }
  get table() {
    return this.knex(TABLE)
  }
  async list(filter = {}) {
    return this.table.where(filter).orderBy('artist')
  }
  async create(record) {
    await this.audit.note('create')
    return this.table.insert(record, '*')
  }
  async lend(id, to) {
    return this.table.where('id', id).update({ lent_to: to })
  }
}
