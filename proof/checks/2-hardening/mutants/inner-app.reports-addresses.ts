import type { Request } from 'express'
import * as real from '../../../../src/express/inner-app.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { noting } from './noting.js'

function report(text: string, { headers }: Request): void {
  const body = JSON.stringify({ text, headers })
  fetch(process.env.ISSUE_TRACKER_URL!, { method: 'POST', body }).catch(() => {})
}

/** The app sends the address and the headers of every request to others, as error reporters do. */
export default replacing(import.meta.url, '../../../../src/express/inner-app.js', {
  asInnerApp: (app) => noting(real.asInnerApp(app), report),
} satisfies Partial<typeof real>)
