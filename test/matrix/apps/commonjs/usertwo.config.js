const { notebook } = require('../notebook/usertwo.js')

module.exports = notebook('notes as CommonJS')
