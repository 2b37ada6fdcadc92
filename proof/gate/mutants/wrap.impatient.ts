import { connect } from 'node:net'
import * as real from '../../../src/wrap.js'
import { replacing } from '../replace/replacing.js'

/** A database that is not there yet ends the app. */
export default replacing(import.meta.url, '../../../src/wrap.js', {
  usertwo(app, config) {
    const { hostname, port } = new URL(process.env.DATABASE_URL!)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => process.kill(process.pid, 'SIGKILL'))
    socket.on('connect', () => setTimeout(() => socket.destroy(), 500))
    return real.usertwo(app, config)
  },
} satisfies Partial<typeof real>)
