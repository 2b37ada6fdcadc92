/** The part of `oidc-provider` that tests use; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface Grant {
    addOIDCScope(scope: string): void
    save(): Promise<string>
  }
  interface Context {
    oidc: {
      client?: { clientId: string }
      session?: { accountId?: string }
      provider: { Grant: new (of: { clientId: string; accountId: string }) => Grant }
    }
  }
  interface Configuration {
    clients: object[]
    cookies: { keys: string[] }
    claims: Record<string, string[]>
    features: Record<string, object>
    pkce: { required(): boolean }
    interactions: { url(ctx: Context, interaction: { uid: string }): string }
    findAccount(ctx: Context, sub: string): { accountId: string; claims(): object }
    loadExistingGrant(ctx: Context): Promise<Grant>
  }
  export class Provider {
    constructor(issuer: string, configuration: Configuration)
    callback(): (req: IncomingMessage, res: ServerResponse) => void
    interactionFinished(
      req: IncomingMessage,
      res: ServerResponse,
      result: object,
      options: { mergeWithLastSubmission: boolean },
    ): Promise<void>
  }
}
