// The figures that `npm run check -- structure` prints and test/structure.test.ts checks, from the sources
// without their tests.
import { dirname } from 'node:path'
import { importsOf, parsed, reachedFrom, visit } from '../closure/graph.mjs'

/** The most lines of a function: a longer one does not fit on a screen. */
export const LONGEST = 60
/** A file of fewer lines whose only importer is in its folder is likely a function of that file. */
export const SMALL = 70
/** The folders whose files and folders are in floors: each imports from the floors below its own alone. */
export const IN_FLOORS = ['src/phases/4-auth']

/**
 * @param {Map<string, string>} units text by path
 * @returns files and lines by tree and by folder, small files with one importer, circles of imports, floors of folders, long
 *   functions, names exported twice
 */
export function figuresOf(units) {
  const files = new Map([...units].map(([file, text]) => [file, parsed(text)]))
  const programs = new Map([...files].map(([file, { program }]) => [file, program]))
  const imports = new Map([...units].map(([file, text]) => [file, importsOf(file, text, programs.get(file))]))
  return {
    trees: treesOf(units, files),
    folders: foldersOf(units),
    ofOneImporter: ofOneImporter(units, imports),
    circles: circlesOf(units, imports),
    floors: new Map(IN_FLOORS.map((folder) => [folder, floorsOf(folder, units, programs)])),
    functions: [...programs].flatMap(([file, program]) => longFunctions(file, program)),
    twice: exportedTwice(programs),
  }
}

/** Returns by tree: files, lines, those of code, of comments and of imports, and the median of a file. */
function treesOf(units, files) {
  const trees = new Map()
  for (const [file, text] of units) {
    const name = file.split('/')[0]
    const tree = trees.get(name) ?? { files: 0, lines: 0, code: 0, comments: 0, imports: 0, sizes: [] }
    const { program, comments } = files.get(file)
    const lines = linesOf(text)
    const ofComments = comments.reduce((sum, { loc }) => sum + loc.end.line - loc.start.line + 1, 0)
    tree.files++
    tree.lines += lines
    tree.comments += ofComments
    tree.code += text.split('\n').filter((line) => line.trim() !== '').length - ofComments
    for (const { type, loc } of program.body)
      if (type === 'ImportDeclaration') tree.imports += loc.end.line - loc.start.line + 1
    tree.sizes.push(lines)
    trees.set(name, tree)
  }
  for (const tree of trees.values()) tree.median = tree.sizes.sort((a, b) => a - b)[tree.sizes.length >> 1]
  return trees
}

const linesOf = (text) => text.split('\n').length - 1

/** `src/phases`, `proof/gate` … */
const folderOf = (file) => /^\w+\/[^/]+(?=\/)/.exec(file)?.[0] ?? dirname(file)

/** Returns files and lines by folder, the largest first. */
function foldersOf(units) {
  const folders = new Map()
  for (const [file, text] of units) {
    const { files, lines } = folders.get(folderOf(file)) ?? { files: 0, lines: 0 }
    folders.set(folderOf(file), { files: files + 1, lines: lines + linesOf(text) })
  }
  return new Map([...folders].sort(([, one], [, other]) => other.lines - one.lines))
}

/** Returns the files of fewer than SMALL lines that one file of their folder imports, and no other, with that one. */
function ofOneImporter(units, imports) {
  const importers = new Map()
  for (const { from, to } of [...imports.values()].flat())
    importers.set(to, (importers.get(to) ?? new Set()).add(from))
  return new Map(
    [...units].flatMap(([file, text]) => {
      const [by, ...others] = importers.get(file) ?? []
      const isOne = by && others.length === 0 && dirname(by) === dirname(file) && linesOf(text) < SMALL
      return isOne ? [[file, by]] : []
    }),
  )
}

/** Returns the circles of files that import each other's values, each once, sorted. */
function circlesOf(units, imports) {
  const reached = new Map(
    [...units.keys()].map((file) => [file, reachedFrom([file], imports, { atOnce: true })]),
  )
  return [...reached].flatMap(([file, others]) => {
    const circle = [...others.keys()].filter((other) => reached.get(other).has(file)).sort()
    return circle.length > 1 && circle[0] === file ? [circle] : []
  })
}

/**
 * Returns the floors of a folder, the lowest first: what it holds side by side, each above all that it imports. Where some of it
 * imports in a circle, what imports least from the others is placed first, and these imports are `upward`. Types count.
 */
function floorsOf(folder, units, programs) {
  const roomOf = (file) =>
    file.startsWith(`${folder}/`) ? file.slice(folder.length + 1).split('/')[0] : null
  const inside = [...units.keys()].filter(roomOf)
  const imports = inside
    .flatMap((file) => importsOf(file, units.get(file), programs.get(file)))
    .filter(({ from, to }) => units.has(to) && roomOf(to) && roomOf(to) !== roomOf(from))
  const left = new Set(inside.map(roomOf).sort())
  const toLeft = (room) => imports.filter(({ from, to }) => roomOf(from) === room && left.has(roomOf(to)))
  const floors = []
  const upward = []
  while (left.size > 0) {
    const wanting = [...left].map((room) => ({ room, least: toLeft(room) }))
    const ground = wanting.filter(({ least }) => least.length === 0)
    const placed =
      ground.length > 0 ? ground : wanting.sort((a, b) => a.least.length - b.least.length).slice(0, 1)
    floors.push(placed.map(({ room }) => room))
    upward.push(...placed.flatMap(({ least }) => least.map(({ from, to }) => `${from} imports ${to}`)))
    for (const { room } of placed) left.delete(room)
  }
  return { floors, upward }
}

function longFunctions(file, program) {
  const found = []
  visit(program, (node, parent) => {
    if (!/Function|^(?:Object|Class)(?:Private)?Method$/.test(node.type) || !node.body) return
    const lines = node.loc.end.line - node.loc.start.line + 1
    const name = node.id?.name ?? node.key?.name ?? parent?.id?.name ?? parent?.key?.name ?? '(unnamed)'
    if (lines > LONGEST) found.push({ file, name, lines })
  })
  return found
}

/**
 * Names that phases, checks, commands or replacements have by convention, or that configuration files export.
 */
const CONVENTIONAL = new Set(['default', 'phase', 'gate', 'checks', 'command'])

/** Returns names that several files export: searching for one finds the other. */
function exportedTwice(programs) {
  const places = new Map()
  for (const [file, program] of programs)
    for (const node of program.body) {
      const declared = node.type === 'ExportNamedDeclaration' ? node.declaration : null
      for (const { id } of declared?.declarations ?? (declared ? [declared] : []))
        if (id?.name && !CONVENTIONAL.has(id.name))
          places.set(id.name, (places.get(id.name) ?? new Set()).add(file))
    }
  return new Map(
    [...places].map(([name, files]) => [name, [...files]]).filter(([, files]) => files.length > 1),
  )
}
