const { Model } = require('objection')

class BaseModel extends Model {
  static visibleTo(user) {
    return this.query().where('userId', user.id)
  }
}
module.exports = BaseModel
