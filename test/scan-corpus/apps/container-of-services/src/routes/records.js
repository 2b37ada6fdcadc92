const { Router } = require('express')
const container = require('../container')

const service = () => container.get('records')
const routes = new Router()
routes.get('/', async (req, res) => res.json(await service().list()))
routes.post('/', async (req, res) => res.json(await service().create(req.body)))
routes.put('/:id/lend', async (req, res) => res.json(await service().lend(req.params.id, req.body.to)))
exports.records = routes
