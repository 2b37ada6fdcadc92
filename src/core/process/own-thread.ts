/** Marks in the environment that a process runs under `usertwo run`, with the place of its configuration. */
export const RUN = 'USERTWO_RUN'

/**
 * The environment of usertwo's own threads: no code of the app runs there, so the layers are not loaded. Otherwise
 * each thread would start them again, and where a start hashes once, that would start another thread, without end.
 */
export const ownThread = (): NodeJS.ProcessEnv => ({ ...process.env, [RUN]: '' })
