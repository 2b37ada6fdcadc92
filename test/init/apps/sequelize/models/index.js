const { DataTypes, Sequelize } = require('sequelize')

const sequelize = new Sequelize(process.env.DATABASE_URL, { dialect: 'postgres', logging: false })

const Trip = sequelize.define('Trip', {
  name: { type: DataTypes.STRING, allowNull: false },
  startsOn: DataTypes.DATEONLY,
})
const Stop = sequelize.define('Stop', {
  place: { type: DataTypes.STRING, allowNull: false },
  nights: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 1 },
})
Trip.hasMany(Stop, { as: 'stops', foreignKey: { name: 'tripId', allowNull: false }, onDelete: 'CASCADE' })
Stop.belongsTo(Trip, { as: 'trip', foreignKey: 'tripId' })

module.exports = { sequelize, Trip, Stop }
