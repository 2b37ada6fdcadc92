const express = require('express')

const Folders = {
  all: (knex) => knex.from('folders').select('*').orderBy(['order', 'id']),
  byId: (knex, id) => knex('folders').where({ id }).first(),
  insert: (knex, folder) => knex.insert(folder).into('folders').returning('*'),
  notes: (knex, id) =>
    knex('notes as n')
      .join('folders as f', 'f.id', 'n.folder')
      .where('f.id', id)
      .orderBy('n.id')
      .select('n.*'),
}
const router = express.Router()

router
  .route('/')
  .get((req, res, next) => {
    Folders.all(req.app.get('db'))
      .then((folders) => res.json(folders))
      .catch(next)
  })
  .post(express.json(), (req, res, next) => {
    const { name } = req.body
    if (!name) return res.status(400).json({ error: { message: `Missing 'name' in request body` } })
    Folders.insert(req.app.get('db'), { name })
      .then(([folder]) => res.status(201).location(`${req.originalUrl}/${folder.id}`).json(folder))
      .catch(next)
  })
router
  .route('/:folder_id')
  .all((req, res, next) => {
    Folders.byId(req.app.get('db'), Number(req.params.folder_id) || 0)
      .then((folder) => {
        if (!folder) return res.status(404).json({ error: { message: `Folder doesn't exist` } })
        res.folder = folder
        next()
      })
      .catch(next)
  })
  .get((req, res, next) => {
    Folders.notes(req.app.get('db'), res.folder.id)
      .then((notes) => res.json({ ...res.folder, notes }))
      .catch(next)
  })
  .delete((req, res, next) => {
    req.app
      .get('db')('folders')
      .where({ id: res.folder.id })
      .del()
      .then(() => res.status(204).end())
      .catch(next)
  })

module.exports = router
