// What is to be seen of the layers from inside.
const { createServer } = require('node:http')
const { Pool } = require('pg')

createServer()
const known = globalThis[Symbol.for('usertwo')]
const loaded = ['context', 'enforcement'].filter((name) => known?.has(name))
console.log(JSON.stringify({ loaded, own: Object.keys(new Pool()).sort() }))
