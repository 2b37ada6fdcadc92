/**
 * The test files that also run on other Node versions, because their outcome may differ, each with the
 * reason. `title`: only the tests of a file that match; `nightly`: left out by `npm run test:all` to save time.
 * docs/reference/versions.md says what runs where.
 */
const PATH_OF_NODE = { file: 'test/other-node.test.ts', why: '`node` on PATH is the intended Node' }
const RUN = 'test/run/run.long.test.ts'
const START = 'test/start.long.test.ts'
const STRIPPED = 'test/strip-types/under-run.long.test.ts'

const WHOLE = [
  PATH_OF_NODE,
  { file: RUN, why: 'the preload, its hooks and threads, and `require` of ES modules' },
  { file: STRIPPED, why: 'Node strips types' },
  { file: 'test/strip-types/with-edits.long.test.ts', why: 'Node strips types', nightly: true },
  { file: 'src/run/', why: 'the preload' },
  {
    file: 'src/core/',
    why: 'AsyncLocalStorage rests on AsyncContextFrame from Node 24 on; sockets are recognised by Node’s internals',
  },
  {
    file: 'src/phases/6-isolation/connection/',
    why: 'the context of callbacks, and rows that record their reader',
  },
  { file: 'src/phases/6-isolation/drivers/', why: 'copies of drivers in the caches of both module systems' },
  { file: 'src/express/', why: 'prototypes of requests and responses, and their hidden classes' },
  { file: 'src/redaction/console.test.ts', why: 'what console and errors print' },
  {
    file: 'test/express.test.ts',
    why: 'properties of Node’s requests and responses, and those that the layers add',
    nightly: true,
  },
  {
    file: 'test/fence.test.ts',
    why: 'the ways to a file, a process and another server, by fetch too',
    nightly: true,
  },
  { file: 'test/two-copies.test.ts', why: 'usertwo loaded by import and by require' },
  { file: 'src/any-node.test.ts', why: 'the condition module-sync' },
  { file: 'proof/gate/preload/', why: 'hooks on modules' },
  { file: 'proof/gate/replace/', why: 'hooks on modules' },
  ...['edited-copies', 'linked-copies', 'target'].map((name) => ({
    file: `proof/gate/app/${name}.test.ts`,
    why: 'copies of sources, which modules are loaded from',
  })),
]
const SOME = [
  { ...PATH_OF_NODE, title: 'started as `node`' },
  { file: RUN, title: 'an app as it is', why: 'the preload' },
  { file: STRIPPED, title: 'under usertwo run is GO', why: 'Node strips types; gate 6', nightly: true },
  { file: START, title: 'another example is served', why: 'a start', nightly: true },
  { file: 'proof/gate/app/edited-copies.test.ts', why: 'hooks on modules, by which gates load their edits' },
]

/** The files that run on each Node major. */
export const BY_NODE = { 24: WHOLE, 22: SOME, 26: SOME }
