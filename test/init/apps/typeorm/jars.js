const { Router } = require('express')
const { dataSource, Jar } = require('./data-source')

const jars = Router()
const repository = dataSource.getRepository(Jar)

jars.get('/:id', async (req, res) => {
  const jar = await repository.findOneBy({ id: req.params.id })
  jar ? res.json(jar) : res.status(404).json({ error: 'no such jar' })
})
jars.put('/:id', async (req, res) => {
  const jar = await repository.findOneBy({ id: req.params.id })
  if (!jar) return res.status(404).json({ error: 'no such jar' })
  const { label, isOpen } = req.body
  if (!label) return res.status(400).json({ error: 'label is required' })
  res.json(await repository.save({ ...jar, label, isOpen: Boolean(isOpen) }))
})
jars.delete('/:id', async (req, res) => {
  const { affected } = await repository.delete({ id: req.params.id })
  res.status(affected ? 204 : 404).end()
})

module.exports = { jars }
