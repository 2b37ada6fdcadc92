const ID = /\/(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27})(?=\/|$|\?)/gi

/** Method and path with ids named `:id`, so that two runs on other rows ask the same: `GET /notes/:id?page=2`. */
export const requestKind = (method: string, path: string): string => `${method} ${path.replace(ID, '/:id')}`
