import { StepFailed } from '../prepare/step.mjs'

/** Licences (SPDX) that ask for no more than to keep their notice. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PostgreSQL',
  'Unlicense',
])

/** Of an expression with OR one part is enough, of one with AND each is needed. */
const isPermissive = (expression) =>
  expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((id) => PERMISSIVE.has(id.trim())))

const licenceOf = ({ licenses = [] }) =>
  licenses.map(({ license, expression }) => expression ?? license.id ?? license.name).join(' AND ') || 'none'

/**
 * Returns a Markdown table of the packages of a software bill of materials (CycloneDX), by name.
 * @throws StepFailed that names each package whose licence is not permissive
 */
export function licencesOf({ components }) {
  const rows = components
    .map((component) => ({
      name: `${component.group ? `${component.group}/` : ''}${component.name}`,
      version: component.version,
      licence: licenceOf(component),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1))
  const others = rows.filter(({ licence }) => !isPermissive(licence))
  if (others.length)
    throw new StepFailed(
      `Not permissive, or not known: ${others.map(({ name, version, licence }) => `${name} ${version} (${licence})`).join(', ')}`,
    )
  const lines = rows.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`)
  return ['| package | version | licence |', '|---|---|---|', ...lines, ''].join('\n')
}
