module.exports = { FOLDERS: 'noteful_folders', NOTES: 'noteful_notes' }
