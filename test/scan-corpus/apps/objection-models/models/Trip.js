const BaseModel = require('./base')

class Trip extends BaseModel {
  static tableName = 'trips'
  static relationMappings = () => ({
    stops: { relation: BaseModel.HasManyRelation, modelClass: require('./Stop'), join: { from: 'trips.id', to: 'stops.tripId' } },
  })
}
module.exports = Trip
