import type { KongcrateError } from '../../errors/kongcrate-error.ts';
import { originOf } from '../../http/follow-redirects.ts';
import type { HttpRequest, HttpResponse, Send } from '../../http/transport.ts';
import {
  basicAuthorization,
  type Credentials,
  type CredentialSource,
} from '../credentials/credentials.ts';
import type { AccessToken } from './access-token.ts';
import { authenticationFailed, readServerWords } from './authentication-failed.ts';
import { demandTrustedRealm } from './check-realm.ts';
import { chooseScheme, type Scheme } from './choose-scheme.ts';
import { requestToken } from './request-token.ts';

export interface AuthorizeOptions {
  /** The registry's origin: the only one that is ever sent an Authorization header. */
  readonly registry: URL;
  /** The registry as references name it: what logins are kept under. */
  readonly host: string;
  /** The repository that tokens are asked for; without one, tokens that only prove a login. */
  readonly repository?: string | undefined;
  readonly credentials: CredentialSource;
  /** Hosts that the user paired with this registry, see `mayReceiveCredentials`. */
  readonly trustedAuthHosts: readonly string[];
  /** Sends one hop to a token server. */
  readonly tokenSend: Send;
  /** Milliseconds since 1970; tests bring their own. */
  readonly now?: () => number;
}

/** What one registry and one repository have taught about logging in, and the tokens at hand. */
export class AuthorizationSession {
  readonly #options: AuthorizeOptions;
  readonly #now: () => number;
  /**
   * The first challenge counts for the whole session: nvcr.io names another realm once a token has
   * expired, and that one turns anonymous clients away (nvidia-container-toolkit issue 1945).
   */
  #scheme: Scheme | undefined;
  #credentials: Promise<Credentials | undefined> | undefined;
  /** By scope; requests that run at the same time share one token request. */
  readonly #tokens = new Map<string, Promise<AccessToken>>();

  constructor(options: AuthorizeOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** The header for a request, as far as it is known how the registry wants it. */
  async authorizationFor(request: HttpRequest): Promise<string | undefined> {
    return this.#scheme === undefined ? undefined : this.#authorization(this.#scheme, request);
  }

  /**
   * The header that answers a challenge.
   * @param rejected the header that the challenge was the answer to; its token is not used again
   * @throws KongcrateError AUTHENTICATION_FAILED if there is nothing (else) to send
   */
  async answer(
    challenge: string,
    last: { readonly request: HttpRequest; readonly rejected: string | undefined },
  ): Promise<string> {
    this.#scheme ??= chooseScheme(challenge, this.#options.registry);
    await this.#forget(this.#scopeOf(last.request), last.rejected);
    const authorization = await this.#authorization(this.#scheme, last.request);
    if (authorization === undefined)
      throw await this.#failed('the registry wants a user name and a password', false);
    if (authorization === last.rejected) throw await this.#failed('the registry answered 401');
    return authorization;
  }

  /** The error for a login that the registry refused. */
  async failure(response: HttpResponse): Promise<KongcrateError> {
    const words = await readServerWords(response, await this.#findCredentials());
    return this.#failed(`the registry answered 401${words === '' ? '' : `: ${words}`}`);
  }

  async #authorization(scheme: Scheme, request: HttpRequest): Promise<string | undefined> {
    const credentials = await this.#findCredentials();
    if (credentials?.kind === 'access-token') return `Bearer ${credentials.token}`;
    if (scheme.kind === 'bearer') return `Bearer ${(await this.#token(scheme, request)).value}`;
    if (credentials?.kind !== 'basic') return undefined;
    return basicAuthorization(credentials.username, credentials.password);
  }

  async #token(scheme: Scheme & { kind: 'bearer' }, request: HttpRequest): Promise<AccessToken> {
    const scope = this.#scopeOf(request);
    const cached = this.#tokens.get(scope);
    if (cached !== undefined) {
      const token = await cached;
      if (token.expiresAtMs > this.#now()) return token;
      if (this.#tokens.get(scope) === cached) this.#tokens.delete(scope);
    }
    const fresh = this.#tokens.get(scope) ?? this.#request(scheme, scope, request.signal);
    this.#tokens.set(scope, fresh);
    try {
      return await fresh;
    } catch (error) {
      if (this.#tokens.get(scope) === fresh) this.#tokens.delete(scope);
      throw error;
    }
  }

  async #request(
    scheme: Scheme & { kind: 'bearer' },
    scope: string,
    signal: AbortSignal | undefined,
  ): Promise<AccessToken> {
    const { registry, host, repository, trustedAuthHosts, tokenSend } = this.#options;
    const credentials = await this.#findCredentials();
    if (credentials !== undefined) demandTrustedRealm(scheme.realm, registry, trustedAuthHosts);
    return requestToken(tokenSend, {
      realm: scheme.realm,
      service: scheme.service,
      scope: scope === '' ? undefined : scope,
      credentials,
      signal,
      isAtRegistry: originOf(scheme.realm) === originOf(registry),
      host,
      repository,
      nowMs: this.#now(),
    });
  }

  async #forget(scope: string, rejected: string | undefined): Promise<void> {
    const cached = this.#tokens.get(scope);
    if (cached === undefined || rejected !== `Bearer ${(await cached).value}`) return;
    if (this.#tokens.get(scope) === cached) this.#tokens.delete(scope);
  }

  /**
   * The least that a request needs, whatever the challenge asks for; empty without a repository.
   * A token that may push is at hand after the first upload and reads as well.
   */
  #scopeOf({ method }: HttpRequest): string {
    const { repository } = this.#options;
    if (repository === undefined) return '';
    const [pull, push] = [`repository:${repository}:pull`, `repository:${repository}:pull,push`];
    const reads = method === 'GET' || method === 'HEAD';
    return reads && !this.#tokens.has(push) ? pull : push;
  }

  #findCredentials(): Promise<Credentials | undefined> {
    const { credentials, host, repository } = this.#options;
    this.#credentials ??= credentials(host, repository);
    return this.#credentials;
  }

  async #failed(reason: string, isSent = true): Promise<KongcrateError> {
    return authenticationFailed({
      host: this.#options.host,
      repository: this.#options.repository,
      credentials: await this.#findCredentials(),
      reason,
      isSent,
    });
  }
}
