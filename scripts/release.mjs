// npm run release -- TAG [FOLDER]: writes what a release consists of into FOLDER (default: release): the package,
// `sbom.cdx.json` (CycloneDX), `licences.md` and `notes.md`. TAG is `v` and the version of package.json.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { takeOnly } from './prepare/arguments.mjs'
import { must, orSay, ROOT, StepFailed, say } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'
import { licencesOf } from './release/licences.mjs'
import { notesOf } from './release/notes.mjs'

const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm'
takeOnly((word, at) => at < 2 && !word.startsWith('-'))
const [tag, into = 'release'] = process.argv.slice(2)
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

/** What is installed with the package today: by its ranges, without this repository's lock file. */
function billOfMaterials(tarball) {
  const place = mkdtempSync(join(tmpdir(), 'usertwo-release-'))
  try {
    const cwd = join(place, 'usertwo')
    mkdirSync(cwd)
    const unpack = ['-xzf', tarball, '--strip-components=1', '-C', cwd]
    must('Unpacking the package', 'Read what tar says above.', 'tar', unpack)
    const { devDependencies, ...manifest } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'))
    writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest))
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund']
    must('Installing the package', 'Read what npm says above.', NPM, install, { cwd })
    const bill = ['sbom', '--sbom-format', 'cyclonedx']
    return JSON.parse(execFileSync(NPM, bill, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }))
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

function release() {
  if (tag !== `v${version}`)
    throw new StepFailed(`The tag must be v${version}, the version of package.json, not ${tag ?? 'empty'}.`)
  const folder = resolve(into)
  if (existsSync(folder) && readdirSync(folder).length) throw new StepFailed(`${into} is not empty.`)
  const notes = notesOf(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), version)
  prepare()
  mkdirSync(folder, { recursive: true })
  must('Packing', 'Read what npm says above.', NPM, [
    'pack',
    '--ignore-scripts',
    '--pack-destination',
    folder,
  ])
  const tarball = join(folder, `usertwo-${version}.tgz`)
  const bill = billOfMaterials(tarball)
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`)
  writeFileSync(join(folder, 'licences.md'), licencesOf(bill))
  writeFileSync(join(folder, 'notes.md'), `${notes}\n`)
  say(`${into}: usertwo ${version}, with ${bill.components.length} packages that it needs`)
}

orSay(release)
