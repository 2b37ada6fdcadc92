/** Says in the environment that a process runs under `usertwo run`, and where its configuration lies. */
export const RUN = 'USERTWO_RUN'

/**
 * The environment of a thread of the toolkit's own: none of the app's code runs there, so the layers stay away. Else each
 * thread would begin them again, and where a start hashes once, with one more thread, without end.
 */
export const ownThread = (): NodeJS.ProcessEnv => ({ ...process.env, [RUN]: '' })
