// npm run check -- structure: the figures of the repository's structure; test/structure.test.ts checks those
// with a limit.
import { unitsOf } from './closure/graph.mjs'
import { ROOT } from './prepare/step.mjs'
import { figuresOf, LONGEST, SIDE_BY_SIDE } from './structure/figures.mjs'

const { trees, folders, circles, floors, functions, twice } = figuresOf(unitsOf(ROOT))

console.log('files  lines  tree')
for (const [tree, { files, lines }] of trees)
  console.log(`${String(files).padStart(5)}  ${String(lines).padStart(5)}  ${tree}`)
section(`folders with more than ${SIDE_BY_SIDE} files side by side`, [...folders], ([at, n]) => `${n} ${at}`)
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
