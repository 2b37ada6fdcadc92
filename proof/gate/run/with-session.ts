import type { Project } from '../project.js'
import { type GateSession, openSession } from '../session.js'
import { openTemplates, type TemplateOptions, type Templates } from '../templates.js'
import type { Exchange } from '../traffic/exchange.js'

/** Keeps templates for as long as `work` needs them. */
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
  /** the recorded traffic of the app; default: none */
  traffic?: () => Promise<Exchange[]>
}

/** Opens a session of phase 1 outside every gate, to look at an app without judging it. */
export async function withSession<T>(
  { project, templates, traffic = async () => [] }: Wanted,
  work: (session: GateSession) => Promise<T>,
): Promise<T> {
  const { signal } = new AbortController()
  const session = await openSession({ project, templates, traffic, phase: 1, signal })
  return await work(session).finally(session.close)
}
