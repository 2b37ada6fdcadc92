import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { keptWords, openDataFolder } from './data-folder.js'

const place = mkdtempSync(join(tmpdir(), 'usertwo-data-'))
afterAll(() => rmSync(place, { recursive: true }))

test('is locked by one process at a time, and free again after release', () => {
  const path = join(place, 'one')
  const first = openDataFolder(path, 3000)
  expect(() => openDataFolder(path, 3001)).toThrow(`pid ${process.pid}, port 3000`)
  first.release()
  const second = openDataFolder(path, 3001)
  expect(second.path).toBe(path)
  second.release()
  expect(readdirSync(path)).toEqual(['gate'])
})

test('is taken over from a process that is dead', async () => {
  const path = join(place, 'two')
  openDataFolder(path, 3000).release()
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  writeFileSync(join(path, 'start.lock'), JSON.stringify({ pid: child.pid, port: 3000 }))
  openDataFolder(path, 3000).release()
  expect(existsSync(join(path, 'start.lock'))).toBe(false)
})

test('is taken over if the lock holds no pid', () => {
  const path = join(place, 'three')
  openDataFolder(path, 3000).release()
  writeFileSync(join(path, 'start.lock'), '{')
  openDataFolder(path, 3000).release()
})

test('a lock of another process is not released', () => {
  const path = join(place, 'four')
  const folder = openDataFolder(path, 3000)
  writeFileSync(join(path, 'start.lock'), JSON.stringify({ pid: 1, port: 3000 }))
  folder.release()
  expect(existsSync(join(path, 'start.lock'))).toBe(true)
})

test('the message says what is kept, without the rows if they are in the user’s own database', () => {
  expect(keptWords('.usertwo', [])).toMatch(
    /^Ended\. Kept in \.usertwo: the database, the secrets and the last report/,
  )
  const own = keptWords('.usertwo', [1, 2], 'postgres://app:secret@db/app')
  expect(own).toMatch(/Kept in \.usertwo: the secrets .*; the rows are in your own database\./)
  expect(own).toMatch(/The GO of phase 1, 2 is valid until its inputs change\.$/)
  expect(own).not.toContain('secret@')
})
