// npm run check -- structure: the figures of the repository's structure; test/structure.test.ts checks those
// with a limit.
import { unitsOf } from './closure/graph.mjs'
import { ROOT } from './prepare/step.mjs'
import { figuresOf, LONGEST, SMALL } from './structure/figures.mjs'

const { trees, folders, ofOneImporter, circles, floors, functions, twice } = figuresOf(unitsOf(ROOT))

const cell = (value, width = 8) => String(value).padStart(width)
const percent = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`
console.log('   files   lines    code  comments  imports  median  tree')
for (const [tree, { files, lines, code, comments, imports, median }] of trees)
  console.log(
    `${cell(files)}${cell(lines)}${cell(code)}${cell(percent(comments, lines), 10)}${cell(percent(imports, lines), 9)}${cell(median)}  ${tree}`,
  )
console.log('\n   files   lines  folder')
for (const [folder, { files, lines }] of folders) console.log(`${cell(files)}${cell(lines)}  ${folder}`)
section(
  `files under ${SMALL} lines that one file of their folder imports, and no other`,
  [...ofOneImporter],
  ([file, by]) => `${file} by ${by.split('/').at(-1)}`,
)
section('circles of imports by value', circles, (circle) => circle.join(' ↔ '))
for (const [folder, { floors: all, upward }] of floors) {
  section(`floors of ${folder}, the lowest first`, all, (rooms) => rooms.join(' '))
  section(`imports of ${folder} from a higher floor`, upward, (one) => one)
}
section(`functions of more than ${LONGEST} lines`, functions, (one) => `${one.lines} ${one.file} ${one.name}`)
section('names exported by several files', [...twice], ([name, files]) => `${name}: ${files.join(', ')}`)

function section(title, found, show) {
  console.log(`\n${found.length} ${title}`)
  for (const one of found) console.log(`  ${show(one)}`)
}
