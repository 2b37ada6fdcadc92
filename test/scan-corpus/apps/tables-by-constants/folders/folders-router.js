const path = require('path')
const express = require('express')
const FoldersService = require('./folders-service')

const foldersRouter = express.Router()
const jsonParser = express.json()

foldersRouter
  .route('/')
  .get((req, res, next) => {
    const knexInstance = req.app.get('db')
    FoldersService.getAllFolders(knexInstance)
      .then((folders) => res.json(folders))
      .catch(next)
  })
  .post(jsonParser, (req, res, next) => {
    FoldersService.insertFolder(req.app.get('db'), { name: req.body.name })
      .then((folder) => res.status(201).location(path.posix.join(req.originalUrl, `/${folder.id}`)).json(folder))
      .catch(next)
  })

foldersRouter
  .route('/:folder_id')
  .all((req, res, next) => {
    FoldersService.getById(req.app.get('db'), req.params.folder_id)
      .then((folder) => {
        if (!folder) return res.status(404).json({ error: { message: 'not found' } })
        res.folder = folder
        next()
      })
      .catch(next)
  })
  .get((req, res) => res.json(res.folder))
  .delete((req, res, next) => {
    FoldersService.deleteFolder(req.app.get('db'), req.params.folder_id)
      .then(() => res.status(204).end())
      .catch(next)
  })

module.exports = foldersRouter
