import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { unbuiltPages } from '../../reading/facts/front-ends.js'
import { isPage } from '../../reading/routes/is-page.js'
import { readSources } from '../../reading/syntax/sources.js'
import type { Check, Evidence, Finding } from '../gate/check.js'
import type { Gate } from '../gate/gate.js'
import innerApp from './mutants/inner-app.js'
import { servedFiles } from './served-files.js'

/** A path at which the app answers HTML. */
export interface FoundPage {
  path: string
  body: string
}

export interface FoundPages {
  pages: FoundPage[]
  /** the number of requested paths */
  asked: number
  /** paths without an answer, so that their kind is unknown */
  unanswered: string[]
}

/**
 * Returns the pages of the running app, without a layer in front: those of its GET routes, of the files it
 * serves and of recorded requests that answer HTML. A route whose recorded answer is of another kind is not
 * requested.
 */
export async function foundPages(gate: Gate): Promise<FoundPages> {
  const target = await gate.app({ dial: 0 })
  const recorded = await gate.traffic()
  const reached = recorded.filter(({ method, response }) => method === 'GET' && response.status < 400)
  const known = new Set(reached.filter((one) => !isPage(one.response)).map(({ route }) => route))
  const routes = (await gate.routes({ dial: 0 })).filter(
    ({ method, path }) => /^(GET|ALL)$/.test(method) && !known.has(`${method} ${path}`),
  )
  const paths = [
    '/',
    ...routes.map(({ path }) => path.replace(/:\w+/g, '1')).filter((path) => /^\/[\w/.-]*$/.test(path)),
    ...reached.filter((one) => isPage(one.response)).map(({ path }) => path),
    ...(await servedPages(gate)),
  ]
  const found: FoundPages = { pages: [], asked: 0, unanswered: [] }
  for (const path of new Set(paths)) {
    const answer = await target.ask('GET', path, { headers: { accept: 'text/html' } }).catch(() => null)
    found.asked++
    if (!answer) found.unanswered.push(path)
    else if (
      answer.status < 400 &&
      isPage({ contentType: answer.headers['content-type'], body: answer.body })
    )
      found.pages.push({ path, body: answer.body })
  }
  return found
}

/** @throws if a folder that a build makes is missing: its pages would pass every check */
async function servedPages(gate: Gate): Promise<string[]> {
  const folders = await gate.folders({ dial: 0 })
  const there = folders.filter(({ folder }) => existsSync(folder))
  if (there.length < folders.length) {
    const { server } = await readSources(gate.folder, gate.config)
    const [unbuilt] = unbuiltPages(gate.folder, server)
    if (unbuilt)
      throw new Error(
        `${unbuilt.at} serves ${unbuilt.folder}, which is not there; build it first: ${unbuilt.build}`,
      )
  }
  return there.flatMap(({ at, folder }) =>
    servedFiles(folder)
      .filter((name) => name.endsWith('.html'))
      .map((name) => posix.join(at, name)),
  )
}

/**
 * Returns the finding of a check of pages in an app without pages; null if the app has pages. The check fails
 * if the app serves a page that neither the configuration nor the recording knows.
 */
export async function withoutPages(gate: Gate, unit: string): Promise<Finding | null> {
  const { spa } = gate.config
  if (spa && (spa.index !== '/' || spa.routes.length > 0)) return null
  const recorded = (await gate.traffic()).some(({ response }) => response.status < 400 && isPage(response))
  if (spa && recorded) return null
  const { pages, unanswered } = await foundPages(gate)
  if (spa && pages.some(({ path }) => path === '/')) return null
  const what = spa
    ? 'answers a page that is not in the recording: record it, or make it config.spa.index'
    : 'answers a page, and config.spa is false: name its index there'
  return {
    exercised: 0,
    unit,
    problems: pages.map(({ path }): Evidence => ({ what: `GET ${path} ${what}`, route: `GET ${path}` })),
    unanswered: unanswered.map((path) => ({
      what: `GET ${path} did not answer, so that it may be a page: record it`,
      route: `GET ${path}`,
      part: `GET ${path}`,
    })),
    nothingToDo: 'the app has no pages',
  }
}

/** A page with a call that no app answers, in front of everything else in the app. */
export const ADDED_PAGE: NonNullable<Check['additions']> = [
  {
    name: 'the app has an unknown page',
    names: /usertwo-(page|nowhere)/,
    by: { replace: [innerApp.unknownPage] },
  },
]
