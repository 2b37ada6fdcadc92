const { NOTES } = require('../tables')

exports.all = (db) => db(NOTES)
exports.add = (db, note) => db(NOTES).insert(note).returning('*')
exports.change = (db, id, fields) => db(NOTES).where({ id }).update(fields)
