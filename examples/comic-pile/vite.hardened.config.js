import { defineConfig, mergeConfig } from 'vite'
import base from './vite.config.js'

/** The same page, by the entry that has the client of the toolkit in it. */
const hardened = {
  name: 'hardened',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) => html.replace('/client/main.jsx', '/client/main.hardened.jsx'),
  },
}

export default mergeConfig(base, defineConfig({ plugins: [hardened] }))
