const { FOLDERS } = require('../tables')

const FoldersService = {
  getAllFolders(db) {
    return db.select('*').from(FOLDERS)
  },
  insertFolder(db, folder) {
    return db.insert(folder).into(FOLDERS).returning('*').then((rows) => rows[0])
  },
  getById(db, id) {
    return db.from(FOLDERS).select('*').where('id', id).first()
  },
  deleteFolder(db, id) {
    return db(FOLDERS).where({ id }).delete()
  },
}

module.exports = FoldersService
