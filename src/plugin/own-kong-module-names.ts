/**
 * The Lua modules named `kong.*` that a Kong 3.9.3 node offers to `require`, read off one node, in
 * the form of kong-module-names.ts.
 */
export const OWN_KONG_MODULE_NAMES = `
: kong
kong: admin_gui api cache cluster_events clustering cmd concurrency conf_loader constants db
kong: deprecation dynamic_hook error_handlers global globalpatches hooks llm meta pdk reports
kong: router status timing workspaces
kong.admin_gui: utils
kong.api: api_helpers arguments arguments_decoder endpoints
kong.api.routes: cache certificates clustering config consumers debug dns filter_chains health
kong.api.routes: kong plugins snis tags targets upstreams
kong.cache: warmup
kong.cluster_events.strategies: off postgres
kong.clustering: compat config_helper control_plane data_plane events tls utils
kong.clustering.compat: checkers removed_fields version
kong.clustering.rpc: callbacks concentrator future json_rpc_v2 manager queue socket utils
kong.clustering.services: sync
kong.clustering.services.sync: hooks rpc
kong.clustering.services.sync.strategies: postgres
kong.cmd: check config drain health hybrid migrations prepare quit reload restart roar start stop
kong.cmd: vault version
kong.cmd.utils: env inject_confs kill log migrations nginx_signals prefix_handler process_secrets
kong.cmd.utils: tty
kong.conf_loader: constants listeners parse sys
kong.db: dao declarative errors iteration schema strategies utils
kong.db.dao: ca_certificates certificates key_sets keys plugins services snis tags targets vaults
kong.db.dao: workspaces
kong.db.declarative: export import marshaller migrations
kong.db.declarative.migrations: route_path
kong.db.migrations: core migrate_path_280_300 state subsystems
kong.db.migrations.core: 000_base 003_100_to_110 004_110_to_120 005_120_to_130 006_130_to_140
kong.db.migrations.core: 007_140_to_150 008_150_to_200 009_200_to_210 010_210_to_211
kong.db.migrations.core: 011_212_to_213 012_213_to_220 013_220_to_230 014_230_to_270
kong.db.migrations.core: 015_270_to_280 016_280_to_300 017_300_to_310 018_310_to_320
kong.db.migrations.core: 019_320_to_330 020_330_to_340 021_340_to_350 022_350_to_360
kong.db.migrations.core: 023_360_to_370 024_380_to_390
kong.db.migrations.operations: 200_to_210 212_to_213 280_to_300 331_to_332
kong.db.schema: entity json metaschema plugin_loader topological_sort typedefs vault_loader
kong.db.schema.entities: ca_certificates certificates clustering_data_planes consumers
kong.db.schema.entities: filter_chains key_sets keys parameters plugins routes routes_subschemas
kong.db.schema.entities: services snis tags targets upstreams vaults workspaces
kong.db.schema.others: declarative_config migrations wasm_filter
kong.db.strategies: connector off postgres
kong.db.strategies.off: connector tags
kong.db.strategies.postgres: connector plugins services tags
kong.dns: client stats utils
kong.llm: schemas
kong.llm.adapters: bedrock gemini
kong.llm.drivers: anthropic azure bedrock cohere gemini huggingface llama2 mistral openai shared
kong.llm.plugin: base crud_handler ctx observability
kong.llm.plugin.shared-filters: enable-buffering normalize-json-response normalize-request
kong.llm.plugin.shared-filters: normalize-response-header normalize-sse-chunk parse-json-response
kong.llm.plugin.shared-filters: parse-request parse-sse-chunk serialize-analytics
kong.observability: logs otlp
kong.observability.otlp: proto
kong.observability.tracing: instrumentation propagation request_id tracing_context
kong.observability.tracing.propagation: schema utils
kong.observability.tracing.propagation.extractors: _base aws b3 datadog gcp jaeger ot w3c
kong.observability.tracing.propagation.injectors: _base aws b3 b3-single datadog gcp jaeger ot w3c
kong.pdk: client cluster ctx ip log nginx node plugin request response router service table
kong.pdk: telemetry tracing vault
kong.pdk.client: tls
kong.pdk.private: checks node phases rate_limiting
kong.pdk.service: request response
kong.plugins.acl: acls api daos groups handler migrations schema
kong.plugins.acl.migrations: 000_base_acl 002_130_to_140 003_200_to_210 004_212_to_213
kong.plugins.acme: api client daos handler migrations reserved_words schema
kong.plugins.acme.clustering.compat: redis_translation
kong.plugins.acme.migrations: 000_base_acme 001_280_to_300 002_320_to_330 003_350_to_360
kong.plugins.acme.storage: config_adapters kong
kong.plugins.acme.storage.config_adapters: redis
kong.plugins.ai-prompt-decorator: handler schema
kong.plugins.ai-prompt-decorator.filters: decorate-prompt
kong.plugins.ai-prompt-guard: handler schema
kong.plugins.ai-prompt-guard.filters: guard-prompt
kong.plugins.ai-prompt-template: handler schema templater
kong.plugins.ai-prompt-template.filters: render-prompt-template
kong.plugins.ai-proxy: handler migrations schema
kong.plugins.ai-proxy.migrations: 001_360_to_370
kong.plugins.ai-request-transformer: handler schema
kong.plugins.ai-request-transformer.filters: transform-request
kong.plugins.ai-response-transformer: handler schema
kong.plugins.ai-response-transformer.filters: transform-response
kong.plugins.aws-lambda: handler request-util schema
kong.plugins.azure-functions: handler schema
kong.plugins.basic-auth: access crypto daos handler migrations schema
kong.plugins.basic-auth.migrations: 000_base_basic_auth 002_130_to_140 003_200_to_210
kong.plugins.bot-detection: handler migrations rules schema
kong.plugins.bot-detection.migrations: 001_200_to_210
kong.plugins.correlation-id: handler schema
kong.plugins.cors: handler schema
kong.plugins.datadog: handler schema statsd_logger
kong.plugins.file-log: handler schema
kong.plugins.grpc-gateway: deco handler schema
kong.plugins.grpc-web: deco handler schema
kong.plugins.hmac-auth: access daos handler migrations schema
kong.plugins.hmac-auth.migrations: 000_base_hmac_auth 002_130_to_140 003_200_to_210
kong.plugins.http-log: handler migrations schema
kong.plugins.http-log.migrations: 001_280_to_300
kong.plugins.ip-restriction: handler migrations schema
kong.plugins.ip-restriction.migrations: 001_200_to_210
kong.plugins.jwt: daos handler jwt_parser migrations schema
kong.plugins.jwt.migrations: 000_base_jwt 002_130_to_140 003_200_to_210
kong.plugins.key-auth: daos handler migrations schema
kong.plugins.key-auth.migrations: 000_base_key_auth 002_130_to_140 003_200_to_210 004_320_to_330
kong.plugins.ldap-auth: access asn1 handler ldap schema
kong.plugins.loggly: handler schema
kong.plugins.oauth2: access daos handler migrations schema secret
kong.plugins.oauth2.daos: oauth2_tokens
kong.plugins.oauth2.migrations: 000_base_oauth2 003_130_to_140 004_200_to_210 005_210_to_211
kong.plugins.oauth2.migrations: 006_320_to_330 007_320_to_330
kong.plugins.opentelemetry: handler logs migrations schema traces utils
kong.plugins.opentelemetry.migrations: 001_331_to_332
kong.plugins.post-function: handler migrations schema
kong.plugins.post-function.migrations: 001_280_to_300
kong.plugins.pre-function: _handler _schema handler migrations schema
kong.plugins.pre-function.migrations: 001_280_to_300 _001_280_to_300
kong.plugins.prometheus: api exporter handler prometheus schema serve status_api wasmx
kong.plugins.proxy-cache: api cache_key handler schema strategies
kong.plugins.proxy-cache.strategies: memory
kong.plugins.rate-limiting: daos expiration handler migrations policies schema
kong.plugins.rate-limiting.clustering.compat: redis_translation
kong.plugins.rate-limiting.migrations: 000_base_rate_limiting 003_10_to_112 004_200_to_210
kong.plugins.rate-limiting.migrations: 005_320_to_330 006_350_to_360
kong.plugins.rate-limiting.policies: cluster
kong.plugins.redirect: handler schema
kong.plugins.request-size-limiting: handler schema
kong.plugins.request-termination: handler schema
kong.plugins.request-transformer: access handler schema
kong.plugins.request-transformer.migrations: common postgres
kong.plugins.response-ratelimiting: access handler header_filter log migrations policies schema
kong.plugins.response-ratelimiting.clustering.compat: redis_translation
kong.plugins.response-ratelimiting.migrations: 000_base_response_rate_limiting 001_350_to_360
kong.plugins.response-ratelimiting.policies: cluster
kong.plugins.response-transformer: body_transformer handler header_transformer schema
kong.plugins.session: access daos handler header_filter migrations schema session
kong.plugins.session.migrations: 000_base_session 001_add_ttl_index 002_320_to_330
kong.plugins.session.storage: kong
kong.plugins.standard-webhooks: handler internal schema
kong.plugins.statsd: constants handler log schema statsd_logger
kong.plugins.syslog: handler schema
kong.plugins.tcp-log: handler schema
kong.plugins.udp-log: handler schema
kong.plugins.zipkin: handler reporter request_tags schema span
kong.resty: ctx mlcache
kong.resty.dns: client utils
kong.resty.mlcache: ipc
kong.router: atc compat expressions fields traditional transform utils
kong.runloop: balancer certificate events handler log_level plugin_servers plugins_iterator
kong.runloop: upstream_ssl wasm
kong.runloop.balancer: balancers consistent_hashing healthcheckers latency least_connections
kong.runloop.balancer: round_robin targets upstreams
kong.runloop.plugin_servers: plugin process rpc
kong.runloop.plugin_servers.rpc: mp_rpc pb_rpc util
kong.runloop.wasm: plugins properties
kong.status: ready
kong.templates: kong_defaults kong_yml nginx nginx_inject nginx_kong nginx_kong_gui_include
kong.templates: nginx_kong_inject nginx_kong_stream nginx_kong_stream_inject wasmtime_cache_config
kong.timing: context hooks
kong.timing.hooks: dns http redis socket
kong.tls.plugins: certificate sni_filter
kong.tools: aws_stream cjson dns emmy_debugger grpc gzip http ip kong-lua-sandbox mime_type module
kong.tools: protobuf queue queue_schema rand request_aware_table sandbox sha256 stream_api string
kong.tools: system table time timestamp uri utils uuid yield
kong.tools.redis: schema
kong.vaults: env
kong.vaults.env: schema
`;
