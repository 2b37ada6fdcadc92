export function layApp(name: string): { folder: string; remove(): void }
