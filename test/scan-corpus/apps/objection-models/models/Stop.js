const BaseModel = require('./base')

class Stop extends BaseModel {
  static get tableName() {
    return 'stops'
  }
}
module.exports = Stop
