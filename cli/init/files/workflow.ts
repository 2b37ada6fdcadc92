export const WORKFLOW_FILE = '.github/workflows/usertwo.yml'

/** A job a phase; a browser only where there are pages. */
export function workflowText(pages: boolean): string {
  return `# Is the app ready for its second user? A job a phase, each on a database that is thrown away.
name: usertwo
on: [push, pull_request]
permissions:
  contents: read
jobs:
  gate:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    strategy:
      fail-fast: false
      matrix:
        phase: [1, 2, 3, 4, 5, 6, 7, 8]
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
          cache: npm
      - run: npm ci
${pages ? '      - run: npx playwright install --with-deps chromium\n' : ''}      - run: npx usertwo gate \${{ matrix.phase }} --reporter table,github
`
}
