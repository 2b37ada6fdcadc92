import { notebook } from '../notebook/usertwo.js'

// A program that starts another one: Node, with its loaders.
const run = (file) => ['../../node_modules/.bin/tsx', file]
const config = notebook('notes by tsx')

export default {
  ...config,
  app: { ...config.app, start: run('server.hardened.ts'), bare: run('server.ts') },
  mutations: undefined,
}
