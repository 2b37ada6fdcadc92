const { notebook } = require('../notebook/usertwo.js')

const run = (file) => ['node', '-r', 'ts-node/register', file]
const config = notebook('notes by ts-node')

module.exports = {
  ...config,
  app: { ...config.app, start: run('server.hardened.ts'), bare: run('server.ts') },
  mutations: undefined,
}
