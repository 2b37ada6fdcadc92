interface Leak {
  file: string
  from: string
  to: string
  /** the checks that are asked, by their ids */
  only: string
  /** what the evidence must name */
  names: RegExp
}

/** What a fixture is for: the points of the table of shapes, and what must be seen. */
interface Facts {
  shapes: number[]
  leak: Leak
  /** the owner's own lines, which init asks for */
  edit?: Pick<Leak, 'file' | 'from' | 'to'>
  /** what init must say where it does not go on */
  refused?: RegExp
  /** what init must warn of */
  warned?: RegExp
  /** the command of its own tests, which must pass as they are, as the owner */
  tests?: string[]
  /** the package that stands for express; default: express */
  express?: string
}

export const FIXTURES: string[]
export function factsOf(name: string): Promise<Facts>
export function installLibraries(): void
export function lay(name: string): Promise<{ folder: string; remove(): void }>
export function layFolder(
  app: URL,
  packages: readonly string[],
): { folder: string; modules: string; remove(): void }
export function usertwo(
  folder: string,
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }>
export function ran(
  folder: string,
  args: string[],
  env?: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }>
export function gated(
  folder: string,
  ...args: string[]
): Promise<{ go: boolean; checks: number; red: string[]; notes: string[] }>
export function plant(folder: string, leak: Pick<Leak, 'file' | 'from' | 'to'> & Partial<Leak>): void
export function isNamed(leaking: { go: boolean; red: string[] }, leak: Pick<Leak, 'names'>): boolean
export function played(name: string, ...options: string[]): Promise<string[]>
