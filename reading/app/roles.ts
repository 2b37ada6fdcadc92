import type { Source } from '../syntax/sources.js'
import { nameOf } from '../syntax/syntax.js'
import { child, children, traverse } from '../syntax/tree.js'
import type { Package } from './packages.js'

/** What a file is for. Findings come from `server` files; tables also come from migrations and models. */
export type Role = 'server' | 'client' | 'migration' | 'seed' | 'test' | 'tooling' | 'unstarted'

const IN_BROWSER =
  /^(?:react|react-dom|vue|svelte|preact|solid-js|jquery|@angular\/.*|next\/.*|react-.*|vue-.*)$/
const ON_SERVER = /^@(?:react-router|remix-run)\/(?:express|node|serve)$/
const LOADER = /^(?:loader|action)$/
const FOLDERS: [Role, RegExp][] = [
  [
    'test',
    /(?:^|\/)tests?\.\w+$|(?:^|\/)(?:tests?|__tests__|__mocks__|e2e|specs?|cypress|fixtures)\/|\.(?:test|spec|stories|cy)\.\w+$/i,
  ],
  ['migration', /(?:^|\/)migrations?\/|(?:^|\/)migrate\.\w+$/i],
  ['seed', /(?:^|\/)seed(?:s|er|ers|ing)?\/|(?:^|\/)seed[\w.-]*\.\w+$/i],
  ['client', /(?:^|\/)(?:public|static|assets|client|frontend|front|front-end|www|webapp|mobile)\//i],
  [
    'tooling',
    /(?:^|\/)(?:scripts|tools|tooling|usertwo|swagger|openapi|examples?|docs|bench(?:marks)?)\/|(?:^|\/)(?:usertwo|gulpfile|gruntfile|webpack|vite|rollup|jest|vitest|babel|eslint|prettier|tailwind|postcss|playwright|cypress|nodemon|commitlint|ecosystem)[\w.-]*\.\w+$/i,
  ],
]

/**
 * Returns the role of a file by its path or, if the path does not show it, by its imports.
 * @param own the package it belongs to. One that depends on Express is a server, whatever its folder is called.
 */
export function roleOf(source: Source, own: Package | undefined): Role {
  const inside = own?.dependencies.has('express') ? source.file.slice(own.folder.length) : source.file
  const place = FOLDERS.find(([role, pattern]) =>
    pattern.test(`/${role === 'client' ? inside : source.file}`),
  )?.[0]
  if (place) return place
  // React Router and Remix run these on the server, in the file of the page.
  if (own && [...own.dependencies.keys()].some((name) => ON_SERVER.test(name)) && exportsLoader(source))
    return 'server'
  const modules = [...source.imports.values()].map(({ module }) => module)
  if (own?.browser || /\.[jt]sx$/.test(source.file) || modules.some((one) => IN_BROWSER.test(one)))
    return 'client'
  return 'server'
}

/** `export async function loader`, `export const action = …`. */
function exportsLoader({ tree }: Source): boolean {
  let found = false
  traverse(tree, (node) => {
    if (node.type !== 'ExportNamedDeclaration') return
    const declared = child(node, 'declaration')
    const names = [declared, ...children(declared, 'declarations')].map((one) => nameOf(child(one, 'id')))
    found ||= names.some((name) => name !== null && LOADER.test(name))
  })
  return found
}
