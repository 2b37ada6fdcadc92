import type { Project } from '../project.js'
import { type GateSession, openSession } from '../session.js'
import { openTemplates, type TemplateOptions, type Templates } from '../templates.js'
import type { Exchange } from '../traffic/exchange.js'

/** Templates for as long as `work` needs them. */
export async function withTemplates<T>(
  project: Project,
  work: (templates: Templates) => Promise<T>,
  options?: TemplateOptions,
): Promise<T> {
  const templates = await openTemplates(project, options)
  try {
    return await work(templates)
  } finally {
    await templates.stop()
  }
}

interface Wanted {
  project: Project
  templates: Templates
  /** what has been recorded of the app; default: nothing */
  traffic?: () => Promise<Exchange[]>
}

/** A session of phase 1 outside every gate, for whoever looks at an app without judging it. */
export async function withSession<T>(
  { project, templates, traffic = async () => [] }: Wanted,
  work: (session: GateSession) => Promise<T>,
): Promise<T> {
  const { signal } = new AbortController()
  const session = await openSession({ project, templates, traffic, phase: 1, signal })
  return await work(session).finally(session.close)
}
