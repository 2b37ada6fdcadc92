const ID = /\/(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27})(?=\/|$|\?)/gi

/**
 * Returns the method and the path with ids named `:id`, so that two runs on other rows are comparable: `GET
 * /notes/:id?page=2`.
 */
export const requestKind = (method: string, path: string): string => `${method} ${path.replace(ID, '/:id')}`
