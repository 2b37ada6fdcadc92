import { ScopeError } from '../scope-error.js'
import { patch } from './patch.js'

const NATIVE = /libpq|pg-native|query_engine/
type Load = (this: unknown, ...given: unknown[]) => unknown

/**
 * Watches for native PostgreSQL drivers, whose connections Node does not see.
 *
 * @param refuse called before one is loaded; throws, or ends the process, to refuse it
 */
export function watchNative(refuse: (error: ScopeError) => void): () => void {
  const loading = (load: Load): Load =>
    function (module, file, ...more) {
      if (NATIVE.test(String(file))) refuse(native(String(file)))
      return load.call(this, module, file, ...more)
    }
  return patch(process as unknown as { dlopen: Load }, 'dlopen', loading, {
    of: 'process.dlopen',
    why: 'a native driver of PostgreSQL is refused when it is loaded',
  })
}

const native = (file: string) =>
  new ScopeError(
    'unhooked_library',
    `${file} speaks to PostgreSQL past Node: its rows cannot be kept apart. Use pg without .native`,
  )
