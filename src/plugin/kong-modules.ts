import { expandModuleNames } from './expand-module-names.ts';
import { KONG_MODULE_NAMES } from './kong-module-names.ts';

/** The plugins that Kong 3.9.3 brings along and that `plugins = bundled` loads. */
export const BUNDLED_PLUGINS: ReadonlySet<string> = new Set(
  `acl acme ai-prompt-decorator ai-prompt-guard ai-prompt-template ai-proxy ai-request-transformer
  ai-response-transformer aws-lambda azure-functions basic-auth bot-detection correlation-id cors
  datadog file-log grpc-gateway grpc-web hmac-auth http-log ip-restriction jwt key-auth ldap-auth
  loggly oauth2 opentelemetry post-function pre-function prometheus proxy-cache rate-limiting
  redirect request-size-limiting request-termination request-transformer response-ratelimiting
  response-transformer session standard-webhooks statsd syslog tcp-log udp-log zipkin`.split(/\s+/),
);

const OUTSIDE_KONG: ReadonlySet<string> = new Set(expandModuleNames(KONG_MODULE_NAMES));

/**
 * Whether a file of that module name would stand in the place of Kong's own code: a module that
 * a Kong 3.9.3 node offers, anything in the name space `kong.*` outside `kong.plugins`, or
 * anything of a bundled plugin. Such a file shadows Kong or breaks its next upgrade.
 */
export function isKongModule(moduleName: string): boolean {
  const [first, second, plugin] = moduleName.split('.');
  if (first !== 'kong') return OUTSIDE_KONG.has(moduleName);
  return second !== 'plugins' || plugin === undefined || BUNDLED_PLUGINS.has(plugin);
}
