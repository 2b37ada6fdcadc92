import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { chooseOutputs, type OutputOptions, writeOutputs } from './outputs.js'

const RUN = {
  today: '2026-01-15',
  at: '2026-01-15T12:34:56.000Z',
  versions: { usertwo: '1.2.3', node: '20.19.0' },
}

const chosen = (asked: Partial<OutputOptions>) =>
  chooseOutputs({ folder: '.usertwo/gate', ...asked }).map(({ reporter, file }) => [reporter.name, file])

describe('reporters', () => {
  test('are the table alone unless asked for', () => {
    expect(chosen({})).toEqual([['table', null]])
  })

  test('print one document that is alone, and --json is one', () => {
    expect(chosen({ reporter: 'junit' })).toEqual([['junit', null]])
    expect(chosen({ json: true })).toEqual([['json', null]])
  })

  test('write documents beside others to files in the data folder', () => {
    expect(chosen({ reporter: 'table,json, junit,markdown,github' })).toEqual([
      ['table', null],
      ['json', '.usertwo/gate/gate.json'],
      ['junit', '.usertwo/gate/gate.xml'],
      ['markdown', '.usertwo/gate/gate.md'],
      ['github', null],
    ])
  })

  test('write one document to the --output file, several into the --output folder', () => {
    expect(chosen({ reporter: 'junit', output: 'out.xml' })).toEqual([['junit', 'out.xml']])
    expect(chosen({ reporter: 'table,junit', output: 'out.xml' })[1]).toEqual(['junit', 'out.xml'])
    expect(chosen({ reporter: 'json,junit', output: 'out' })).toEqual([
      ['json', 'out/gate.json'],
      ['junit', 'out/gate.xml'],
    ])
  })

  test('write a page to a file even if it is alone', () => {
    expect(chosen({ reporter: 'html' })).toEqual([['html', '.usertwo/gate/gate.html']])
    expect(chosen({ reporter: 'html', output: 'report.html' })).toEqual([['html', 'report.html']])
    expect(chosen({ reporter: 'table,html', output: 'report.html' })).toEqual([
      ['table', null],
      ['html', 'report.html'],
    ])
  })

  test('refuse an unknown output, with the nearest and all names', () => {
    expect(() => chosen({ reporter: 'jsonn' })).toThrow(
      /jsonn: did you mean json\? allowed: table, json, junit/,
    )
    expect(() => chosen({ reporter: '' })).toThrow(/allowed/)
  })

  test('refuse a file for lines, and --json beside --reporter', () => {
    expect(() => chosen({ reporter: 'table,github', output: 'x' })).toThrow(
      /--output x: .*add json, junit, markdown or html/,
    )
    expect(() => chosen({ reporter: 'junit', json: true })).toThrow(/one of the two/)
  })

  test('make the folders of their files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'usertwo-outputs-'))
    const outputs = chooseOutputs({ reporter: 'json,junit', folder: join(folder, 'a/b') })
    const config = parseConfig({ app: { start: ['node', 'a'] }, owner: { id: 1 }, users: { table: 'users' } })
    const files = writeOutputs(outputs, { app: 'pile', dial: 1, config, results: [], ...RUN })
    expect(files).toEqual([join(folder, 'a/b/gate.json'), join(folder, 'a/b/gate.xml')])
    expect(JSON.parse(readFileSync(files[0]!, 'utf8'))).toMatchObject({ app: 'pile', go: false })
    rmSync(folder, { recursive: true })
  })
})
