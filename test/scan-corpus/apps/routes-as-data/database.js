const { DataTypes, Model, Sequelize } = require('sequelize')

const sequelize = new Sequelize(process.env.DATABASE_URL, { logging: false })

class Invoice extends Model {
  get overdue() {
    return !this.paid && this.due < new Date()
  }
}
Invoice.init({ number: DataTypes.STRING, due: DataTypes.DATE, paid: DataTypes.BOOLEAN }, { sequelize, tableName: 'invoices' })
const Client = sequelize.define('client', { name: DataTypes.STRING }, { tableName: 'clients' })
Client.hasMany(Invoice)

module.exports = { sequelize, models: { Invoice, Client } }
