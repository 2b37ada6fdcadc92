const { models, sequelize } = require('./database')

const list = (model) => async (req, res) => res.json(await models[model].findAll({ order: [['id', 'ASC']] }))
const add = (model) => async (req, res) => res.status(201).json(await models[model].create(req.body))

exports.clients = { list: list('Client'), add: add('Client') }
exports.invoices = {
  list: list('Invoice'),
  add: add('Invoice'),
  async pay(req, res) {
    const [changed] = await models.Invoice.update({ paid: true }, { where: { id: req.params.id } })
    res.json({ changed })
  },
}
exports.report = async (req, res) => {
  const [rows] = await sequelize.query('select c.name, count(*) from clients c join invoices i on i."clientId" = c.id group by c.name')
  res.json(rows)
}
exports.ping = (req, res) => res.send('pong')
