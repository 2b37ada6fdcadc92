export function installPrisma(): void
export function generatePrisma(folder: string, schema: string): Promise<void>
