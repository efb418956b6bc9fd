const BUNDLED = `acl acme ai-prompt-decorator ai-prompt-guard ai-prompt-template ai-proxy
  ai-request-transformer ai-response-transformer aws-lambda azure-functions basic-auth bot-detection
  correlation-id cors datadog file-log grpc-gateway grpc-web hmac-auth http-log ip-restriction jwt
  key-auth ldap-auth loggly oauth2 opentelemetry post-function pre-function prometheus proxy-cache
  rate-limiting redirect request-size-limiting request-termination request-transformer
  response-ratelimiting response-transformer session standard-webhooks statsd syslog tcp-log udp-log
  zipkin`.split(/\s+/);

/**
 * The plugins that a list loads. `off` in the first place is none at all, later it says nothing;
 * an empty list is none, an empty item is a plugin without a name.
 */
export function pluginNames(list) {
  if (list === '') return [];
  const items = list.split(',').map((item) => item.trim());
  if (items[0] === 'off') return [];
  const names = items
    .filter((item) => item !== 'off')
    .flatMap((item) => (item === 'bundled' ? BUNDLED : [item]));
  return [...new Set(names)];
}
