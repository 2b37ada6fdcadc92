export function layPassportApp(): { folder: string; remove(): void }
