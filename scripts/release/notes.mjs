import { StepFailed } from '../prepare/step.mjs'

/**
 * Returns the section of a version in CHANGELOG.md, without its heading.
 * @throws StepFailed if there is no such section, or it is empty
 */
export function notesOf(changelog, version) {
  const [, ...sections] = changelog.split(/^## /m)
  const section = sections.find((one) => one.split(/[\s\]]/, 1)[0].replace('[', '') === version)
  const notes = section?.slice(section.indexOf('\n')).trim()
  if (!notes)
    throw new StepFailed(`CHANGELOG.md has no section for ${version}: rename "Unreleased" and add the date.`)
  return notes
}
