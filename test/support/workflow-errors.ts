import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/** @returns a function that lists what GitHub's own parser, which knows the schema of workflows, has against a text */
export async function workflowErrors(): Promise<(content: string) => Promise<string[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-workflow-'))
  try {
    // It imports JSON as only a bundler reads it.
    const outfile = join(folder, 'parser.mjs')
    const resolveDir = fileURLToPath(new URL('.', import.meta.url))
    const stdin = { contents: `export * from '@actions/workflow-parser'`, resolveDir }
    await build({ stdin, bundle: true, format: 'esm', platform: 'node', outfile, logLevel: 'error' })
    const parser: typeof import('@actions/workflow-parser') = await import(
      /* @vite-ignore */ pathToFileURL(outfile).href
    )
    return async (content) => {
      const trace = new parser.NoOperationTraceWriter()
      const { context, value } = parser.parseWorkflow({ name: 'workflow.yml', content }, trace)
      const found = context.errors.getErrors().map(({ message }) => message)
      if (!value || found.length) return found
      const template = await parser.convertWorkflowTemplate(context, value)
      return (template.errors ?? []).map(({ Message }) => Message)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
